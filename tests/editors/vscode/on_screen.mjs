// A user before the screen: types what is wrong, sees it, walks through it, reads the review, in dark and in light.
// The screenshots are in `build/editors/vscode/screenshots`.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { patienceMs, startCodeServer, waitFor } from "./code_server.mjs";
import { builtFolder, extensionFolder } from "./install.mjs";
import { command, goTo, lightBulb, openFile } from "./screen.mjs";
import { expectedFile, wrongLine, writeWorkspace } from "./workspace.mjs";

const screenshots = path.join(builtFolder, "screenshots");
const readme = path.join(extensionFolder, "images", "interleaving.png");
const size = { width: 1080, height: 520 };

export async function runOnScreen({ tools, extension, threadlint, folder, updateReadme }) {
  const place = path.join(folder, "screen");
  const workspace = path.dirname(writeWorkspace(path.join(place, "work"), threadlint));
  const shop = path.join(workspace, "shop");
  fs.rmSync(screenshots, { recursive: true, force: true });
  fs.mkdirSync(screenshots, { recursive: true });
  const { chromium } = await import(tools.playwright);
  const editor = await startCodeServer({ tools, folder: place, extensions: [extension] });
  const browser = await chromium.launch({ executablePath: tools.chromium, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: size });
  page.setDefaultTimeout(patienceMs);
  const shot = (name) => page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  try {
    await page.goto(editor.pageOf("folder", shop, path.join(shop, "loader.py")));
    await typeAndRepair(page, workspace, shot);
    await walk(page, "dark", shot);
    await review(page, "dark", shot);
    await command(page, "Preferences: Toggle between Light/Dark Themes");
    await page.locator(".monaco-workbench.vs").waitFor();
    await walk(page, "light", shot);
    await review(page, "light", shot);
    if (updateReadme) fs.copyFileSync(path.join(screenshots, "walk-dark.png"), readme);
    await page.close();
    await waitFor("end of the server after the editor was closed", () => editor.servers().length === 0);
  } catch (error) {
    await shot("failure").catch(() => undefined);
    throw error;
  } finally {
    await browser.close();
    editor.stop();
  }
}

async function typeAndRepair(page, workspace, shot) {
  const squiggle = page.locator(".monaco-editor .squiggly-error");
  await page.locator(".view-line", { hasText: "return foo" }).waitFor();
  await page.locator(".statusbar-item", { hasText: "threadlint" }).waitFor();
  assert.equal(await squiggle.count(), 0);
  await command(page, "View: Close Primary Side Bar");
  await goTo(page, "5");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.insertText(wrongLine); // at once: nothing is completed or closed by the editor
  await squiggle.first().waitFor();
  await command(page, "View: Focus Problems");
  await page.locator(".markers-panel .monaco-list-row", { hasText: "thread 2" }).first().waitFor();
  await shot("squiggle-dark");

  await command(page, "View: Toggle Panel Visibility");
  await command(page, "View: Focus Active Editor Group");
  await goTo(page, "6:14");
  const offered = await lightBulb(page, "Show interleaving");
  await shot("quick-fix-dark");
  await offered.filter({ hasText: "build `foo`" }).first().click();
  await waitFor("repair", async () => (await squiggle.count()) === 0);
  await page.keyboard.press("Control+s");
  const file = path.join(workspace, "shop", "loader.py");
  const expected = fs.readFileSync(expectedFile(workspace, "shop/loader.py"), "utf8");
  await waitFor("repaired file", () => fs.readFileSync(file, "utf8") === expected);
}

async function walk(page, theme, shot) {
  const told = (number) => page.locator(".statusbar-item", { hasText: new RegExp(`step ${number} of \\d+: thread`) });
  const waitForNote = (note) => waitFor(`note of ${note}`, async () => (await notes(page)).some((text) => note.test(text)));
  await openFile(page, "sources.py");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  await goTo(page, "6:10");
  await command(page, "threadlint: Show Interleaving");
  await told(1).waitFor();
  await page.keyboard.press("F8");
  await told(2).waitFor();
  await waitForNote(/2\. thread 1/);
  await waitForNote(/4\. thread 2/);
  await shot(`walk-${theme}`);

  await openFile(page, "registry.py");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor();
  await goTo(page, "10:10");
  await command(page, "threadlint: Show Interleaving");
  await told(1).waitFor();
  await page.keyboard.press("F8");
  await page.locator(".tab.active", { hasText: "plugins.py" }).waitFor();
  await waitForNote(/2\. thread 1/);
  await shot(`walk-other-file-${theme}`);
  await page.keyboard.press("F8");
  await page.locator(".tab.active", { hasText: "registry.py" }).waitFor();
  await waitForNote(/3\. thread 2/);
  await page.keyboard.press("Shift+F8");
  await told(2).waitFor();
  await page.keyboard.press("Escape");
  await told(2).waitFor({ state: "hidden" });
}

/** The words behind lines are the content of pseudo elements. */
function notes(page) {
  return page.$$eval(".monaco-editor .view-line span", (spans) =>
    spans.map((span) => getComputedStyle(span, "::after").content.replace(/\u00a0/g, " ")),
  );
}

async function review(page, theme, shot) {
  await command(page, "threadlint: Review Workspace");
  const frame = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  const row = frame.locator("table.cells tr", { hasText: "codecs" }).first();
  await row.waitFor();
  const background = await frame.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  assert.equal(background, theme === "dark" ? "rgb(31, 31, 31)" : "rgb(255, 255, 255)");
  // The page's own script runs: the filter leaves what was asked for.
  await frame.locator("#text").fill("hits");
  await row.waitFor({ state: "hidden" });
  await frame.locator("#text").fill("");
  await row.locator("summary").click();
  await shot(`review-${theme}`);
  await row.locator("td.place").click({ position: { x: 4, y: 8 } }); // what was opened covers the rest
  await page.locator(".tab.active", { hasText: "registry.py" }).waitFor();
}
