// Nothing of a workspace is run before the user trusts it: not the server that its settings name, and no proof.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { patienceMs, startCodeServer, waitFor } from "./code_server.mjs";
import { builtFolder } from "./install.mjs";
import { command, goTo, lightBulb } from "./screen.mjs";
import { writeWorkspace } from "./workspace.mjs";

export async function runTrust({ tools, extension, threadlint, folder }) {
  const place = path.join(folder, "trust");
  const shop = path.join(path.dirname(writeWorkspace(path.join(place, "work"), threadlint)), "shop");
  const trace = path.join(place, "was-run");
  const program = path.join(shop, "server");
  fs.writeFileSync(program, `#!/bin/sh\ntouch '${trace}'\nexec '${threadlint}' "$@"\n`, { mode: 0o755 });
  fs.mkdirSync(path.join(shop, ".vscode"));
  fs.writeFileSync(path.join(shop, ".vscode", "settings.json"), JSON.stringify({ "threadlint.path": program }));
  const { chromium } = await import(tools.playwright);
  const editor = await startCodeServer({
    tools,
    folder: place,
    extensions: [extension],
    settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" },
  });
  const browser = await chromium.launch({ executablePath: tools.chromium, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1080, height: 700 } });
  page.setDefaultTimeout(patienceMs);
  try {
    await page.goto(editor.pageOf("folder", shop, path.join(shop, "sources.py")));
    await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    await goTo(page, "6:10");
    const before = await lightBulb(page, "Prove it: generate a test");
    assert.equal(await before.filter({ hasText: "Run the proof" }).count(), 0);
    await page.keyboard.press("Escape");
    assert.equal(fs.existsSync(trace), false, "the workspace's server was run before the workspace was trusted");

    await command(page, "Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust/ }).first().click();
    await waitFor("workspace's server", () => fs.existsSync(trace));
    await command(page, "View: Open Previous Editor");
    await page.locator(".tab.active", { hasText: "sources.py" }).waitFor();
    await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    await goTo(page, "6:10");
    await lightBulb(page, "Run the proof");
  } catch (error) {
    await page.screenshot({ path: path.join(builtFolder, "trust-failure.png") }).catch(() => undefined);
    throw error;
  } finally {
    await browser.close();
    editor.stop();
  }
}
