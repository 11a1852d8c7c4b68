// What a user does, asked of the extension's API inside the editor. The results go to the file THREADLINT_RESULTS.

"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const patienceMs = 60_000;
const mostActions = 20; // whose edits are asked for
const folder = process.env.THREADLINT_WORKSPACE;
const file = (name) => vscode.Uri.file(path.join(folder, name));
const api = () => vscode.extensions.getExtension("threadlint.threadlint").exports;
const run = vscode.commands.executeCommand;

/** Asks again after each change of diagnostics, and often enough for all else. */
async function waitFor(what, condition) {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await condition();
    if (answer) return answer;
    await new Promise((resolve) => {
      const timer = setTimeout(done, 50);
      const listener = vscode.languages.onDidChangeDiagnostics(done);
      function done() {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      }
    });
  }
  throw new Error(`there is no ${what}`);
}

const findings = (uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "threadlint");
const findingOf = (uri, rule) => findings(uri).find((diagnostic) => diagnostic.code.value === rule);
const waitForFinding = (uri, rule) => waitFor(`${rule} in ${uri.path}`, () => findingOf(uri, rule));
const waitForRunning = () => waitFor("running server", () => api().state().phase === "running");

async function open(name) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)), { preview: false });
}

/** Types the line that makes the file wrong, as a user does who is at the end of line 5. */
async function typeWrongLine(editor) {
  const end = editor.document.lineAt(4).range.end;
  editor.selection = new vscode.Selection(end, end);
  const eol = editor.document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  await editor.edit((edit) => edit.insert(end, eol + process.env.THREADLINT_LINE));
}

/** Takes the preferred repair, saves, and compares the bytes with what the command line makes of the same text. */
async function repair(name) {
  const editor = await open(name);
  const { uri } = editor.document;
  assert.equal(findingOf(uri, "incomplete-initialization"), undefined);
  await typeWrongLine(editor);
  const found = await waitForFinding(uri, "incomplete-initialization");
  assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
  assert.match(editor.document.getText(found.range), /foo/);
  assert.match(found.relatedInformation[0].message, /^1\. thread 1/);

  const kind = vscode.CodeActionKind.QuickFix.value;
  const actions = await run("vscode.executeCodeActionProvider", uri, found.range, kind, mostActions);
  const preferred = actions.find((action) => action.isPreferred);
  assert.ok(preferred, `no action is preferred: ${actions.map((action) => action.title)}`);
  assert.ok(await vscode.workspace.applyEdit(preferred.edit));
  await waitFor("end of the finding", () => !findingOf(uri, "incomplete-initialization"));
  await editor.document.save();
  assert.equal(fs.readFileSync(uri.fsPath, "utf8"), fs.readFileSync(path.join(`${folder}.expected`, name), "utf8"));
}

async function hoverText(uri, position) {
  const hovers = await run("vscode.executeHoverProvider", uri, position);
  return hovers.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\n");
}

async function setting(name, value) {
  await vscode.workspace.getConfiguration("threadlint").update(name, value, vscode.ConfigurationTarget.Global);
}

const tabOf = (matches) => vscode.window.tabGroups.all.flatMap((group) => group.tabs).find(matches);

const tests = {
  "a finding appears while typing, and its repair is saved byte for byte": () => repair("shop/loader.py"),

  "a file with CRLF keeps it": () => repair("shop/crlf.py"),

  "the hover tells about a shared name and offers the interleaving": async () => {
    const editor = await open("shop/hits.py");
    const found = await waitForFinding(editor.document.uri, "unlocked-update");
    const text = await waitFor("hover", async () => {
      const hover = await hoverText(editor.document.uri, found.range.start);
      return hover.includes("kind 4") && hover;
    });
    assert.match(text, /\[Show interleaving \(\d+ steps\)\]\(command:threadlint\.showInterleaving/);
    assert.match(text, /\[Explain `unlocked-update`\]/);
  },

  "the walk goes through the steps of two files and does not leave them": async () => {
    const editor = await open("shop/registry.py");
    const found = await waitForFinding(editor.document.uri, "incomplete-initialization");
    editor.selection = new vscode.Selection(found.range.start, found.range.start);
    assert.equal(api().walk(), undefined);
    await run("threadlint.showInterleaving");
    const places = found.relatedInformation.map(({ location }) => location);
    assert.ok(new Set(places.map(({ uri }) => uri.path)).size > 1, "all steps are in one file");
    for (const [i, place] of places.entries()) {
      assert.deepEqual(api().walk(), { step: i + 1, of: places.length });
      const shown = vscode.window.activeTextEditor;
      assert.equal(shown.document.uri.toString(), place.uri.toString());
      assert.ok(shown.selection.active.isEqual(place.range.start));
      await run("threadlint.nextStep");
    }
    assert.deepEqual(api().walk(), { step: places.length, of: places.length });
    await run("threadlint.previousStep");
    assert.equal(api().walk().step, places.length - 1);
    await run("threadlint.endInterleaving");
    assert.equal(api().walk(), undefined);
  },

  "the light bulb offers the walk, which ends when the text changes": async () => {
    const editor = await open("shop/hits.py");
    const { uri } = editor.document;
    const found = await waitForFinding(uri, "unlocked-update");
    const actions = await run("vscode.executeCodeActionProvider", uri, new vscode.Range(found.range.start, found.range.start));
    const show = actions.find((action) => action.title === "Show interleaving");
    await run(show.command.command, ...show.command.arguments);
    assert.equal(api().walk().step, 1);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "\n"));
    await waitFor("end of the walk", () => api().walk() === undefined);
    await run("workbench.action.files.revert");
  },

  "findings appear in the second folder, whose name is not ASCII": async () => {
    const editor = await open("café 🐍/counter.py");
    await waitForFinding(editor.document.uri, "unlocked-update");
  },

  "renaming a module takes its findings along": async () => {
    const old = file("shop/registry.py");
    await open("shop/registry.py");
    await waitForFinding(old, "incomplete-initialization");
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(old, file("shop/catalogue.py"));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await open("shop/catalogue.py");
    await waitFor("end of the old findings", () => findings(old).length === 0);
    const found = await waitForFinding(file("shop/catalogue.py"), "incomplete-initialization");
    assert.ok(found.relatedInformation.every(({ location }) => !location.uri.path.endsWith("registry.py")));
  },

  "messages are traced while the user wants it": async () => {
    const editor = await open("shop/hits.py");
    const found = await waitForFinding(editor.document.uri, "unlocked-update");
    const shows = async () => (await vscode.commands.getCommands(true)).find((id) => /output\.show\..*threadlint trace/.test(id));
    assert.equal(await shows(), undefined);
    await setting("trace.server", "messages");
    // It is made for the first message. (What is in it goes through files, which this editor does not write.)
    await waitFor("channel", async () => {
      await hoverText(editor.document.uri, found.range.start);
      return shows();
    });
    await setting("trace.server", undefined);
  },

  "settings hold at once, and in their folder": async () => {
    const here = (await open("shop/hits.py")).document.uri;
    const there = (await open("café 🐍/counter.py")).document.uri;
    await waitForFinding(here, "unlocked-update");
    await waitForFinding(there, "unlocked-update");
    const settings = vscode.workspace.getConfiguration("threadlint", there);
    await settings.update("ignore", ["unlocked-update"], vscode.ConfigurationTarget.WorkspaceFolder);
    await waitFor("end of what is ignored", () => findings(there).length === 0);
    assert.ok(findingOf(here, "unlocked-update"));
    await settings.update("ignore", undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    await waitForFinding(there, "unlocked-update");
  },

  "the status counts what was found": async () => {
    const { uri } = (await open("shop/hits.py")).document;
    await waitForFinding(uri, "unlocked-update");
    const status = await waitFor("status of a server at rest", () => {
      const known = api().state().status;
      return known?.state === "idle" && known.findings > 0 && known;
    });
    assert.ok(status.files >= 6, `it knows ${status.files} files`);
  },

  "the rule at the cursor is explained in a preview": async () => {
    const editor = await open("shop/hits.py");
    const found = await waitForFinding(editor.document.uri, "unlocked-update");
    editor.selection = new vscode.Selection(found.range.start, found.range.start);
    await run("threadlint.explainRule");
    await waitFor("preview", () => tabOf((tab) => tab.label.includes("unlocked-update") && tab.isActive));
    const source = vscode.Uri.from({ scheme: "threadlint-rule", path: "/unlocked-update.md" });
    assert.match((await vscode.workspace.openTextDocument(source)).getText(), /hits \+= 1/);
    await run("workbench.action.closeActiveEditor");
  },

  "a rule that does not exist is told": async () => {
    await run("threadlint.explainRule", "no-such-rule");
    assert.equal(tabOf((tab) => tab.label.includes("no-such-rule")), undefined);
  },

  "the review opens once": async () => {
    const isReview = (tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes("threadlint.review");
    await run("threadlint.review");
    await waitFor("review", () => tabOf(isReview));
    await run("threadlint.review");
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isReview).length, 1);
    await run("workbench.action.closeActiveEditor");
  },

  "debug information is a text of its own": async () => {
    await run("threadlint.debugInformation");
    const { document } = await waitFor("text", () => vscode.window.activeTextEditor?.document.isUntitled && vscode.window.activeTextEditor);
    assert.match(document.getText(), /^extension \d+\.\d+\.\d+, /);
    assert.match(document.getText(), /code-server/);
    await run("workbench.action.revertAndCloseActiveEditor");
  },

  "a server that was killed is started again": async () => {
    const editor = await open("shop/hits.py");
    await waitForRunning();
    await waitForFinding(editor.document.uri, "unlocked-update");
    const before = servers();
    assert.equal(before.length, 1);
    process.kill(before[0], "SIGKILL");
    await waitFor("new server", () => servers().some((pid) => pid !== before[0]));
    const { line } = (await waitForFinding(editor.document.uri, "unlocked-update")).range.start;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "\n"));
    await waitFor("finding in the new text", () => findingOf(editor.document.uri, "unlocked-update")?.range.start.line === line + 1);
    await run("workbench.action.files.revert");
  },

  "a missing server is told, and the next setting starts it": async () => {
    await setting("path", "/there/is/no/threadlint");
    await waitFor("problem", () => api().state().phase === "failed");
    assert.match(api().state().message, /names no program: \/there\/is\/no\/threadlint/);
    assert.deepEqual(findings(file("shop/hits.py")), []);
    await setting("path", undefined);
    await waitForRunning();
    await waitForFinding(file("shop/hits.py"), "unlocked-update");
  },

  "a program that is no server is told": async () => {
    await setting("path", ["/bin/true"]);
    await waitFor("problem", () => api().state().phase === "failed");
    assert.match(api().state().message, /`\/bin\/true` does not start/);
    await setting("path", undefined);
    await waitForRunning();
  },

  "switched off, it says nothing and runs nothing": async () => {
    await open("shop/hits.py");
    await waitForFinding(file("shop/hits.py"), "unlocked-update");
    await setting("enable", false);
    await waitFor("end of the server", () => servers().length === 0);
    await waitFor("end of the findings", () => findings(file("shop/hits.py")).length === 0);
    assert.equal(api().state().phase, "off");
    await setting("enable", undefined);
    await waitForFinding(file("shop/hits.py"), "unlocked-update");
  },
};

/** The servers that the editor runs now. */
function servers() {
  const extension = vscode.extensions.getExtension("threadlint.threadlint").extensionPath;
  return fs.readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && fs.readlinkSync(`/proc/${name}/exe`).startsWith(extension);
    } catch {
      return false; // ended, or not ours
    }
  }).map(Number);
}

async function runAll() {
  const results = [];
  for (const [name, test] of Object.entries(tests)) {
    const start = Date.now();
    let problem = "";
    try {
      await test();
    } catch (error) {
      problem = error.stack ?? String(error);
    }
    results.push({ name, problem, ms: Date.now() - start });
  }
  return results;
}

exports.activate = () => {
  runAll().then((results) => {
    // Under its name only when it is complete: somebody waits for the file.
    const target = process.env.THREADLINT_RESULTS;
    fs.writeFileSync(`${target}.part`, JSON.stringify(results));
    fs.renameSync(`${target}.part`, target);
  });
};
