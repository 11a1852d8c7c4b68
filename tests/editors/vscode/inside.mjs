// Runs the suite of `host` inside the editor; the browser only has to be there.

import * as fs from "node:fs";
import * as path from "node:path";
import { patienceMs, startCodeServer, waitFor } from "./code_server.mjs";
import { writeWorkspace, wrongLine } from "./workspace.mjs";

export async function runInside({ tools, extension, suite, threadlint, folder }) {
  const place = path.join(folder, "inside");
  const results = path.join(place, "results.json");
  const workspace = writeWorkspace(path.join(place, "work"), threadlint);
  const { chromium } = await import(tools.playwright);
  const editor = await startCodeServer({
    tools,
    folder: place,
    extensions: [extension, suite],
    env: {
      THREADLINT_RESULTS: results,
      THREADLINT_WORKSPACE: path.dirname(workspace),
      THREADLINT_LINE: wrongLine,
    },
  });
  const browser = await chromium.launch({ executablePath: tools.chromium, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patienceMs);
    await page.goto(editor.pageOf("workspace", workspace));
    // Longer than one of its tests may take, so that the suite says itself what is wrong.
    await waitFor("result of the suite inside the editor", () => fs.existsSync(results), 900_000);
    const told = JSON.parse(fs.readFileSync(results, "utf8"));
    for (const { name, problem, ms } of told) console.log(`  ${problem ? "bad " : "good"} ${name} (${ms} ms)`);
    const problems = told.filter(({ problem }) => problem);
    if (told.length === 0) throw new Error("the suite has no tests");
    if (problems.length > 0) throw new Error(problems.map(({ name, problem }) => `${name}:\n${problem}`).join("\n\n"));
    if (editor.servers().length !== 1) throw new Error("not one server runs while the editor is open");
    await page.close();
    await waitFor("end of the server after the editor was closed", () => editor.servers().length === 0);
  } finally {
    await browser.close();
    editor.stop();
  }
}
