// @ts-check
// What an editor made of Microsoft's packages does, with types that say what each message must be. See ../README.md.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as lsp from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const line = process.env.THREADLINT_LINE ?? "";
const rule = "incomplete-initialization";

/** @type {lsp.ClientCapabilities} */
const capabilities = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
      disabledSupport: true,
      isPreferredSupport: true,
    },
    hover: { contentFormat: ["markdown"] },
  },
  workspace: {
    applyEdit: true,
    workspaceEdit: { documentChanges: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceFolders: true,
  },
};

const server = spawn("threadlint", ["server"], { stdio: ["pipe", "pipe", "inherit"] });
const connection = lsp.createProtocolConnection(
  new lsp.StreamMessageReader(server.stdout),
  new lsp.StreamMessageWriter(server.stdin),
);

/** @type {Map<string, lsp.PublishDiagnosticsParams>} what was published last, by URI */
const published = new Map();
/** @type {(() => void)[]} */
let waiting = [];
/** @type {lsp.Registration[]} */
const registrations = [];
/** @type {Map<string, TextDocument>} */
const documents = new Map();

/** @param {string} name */
const uriOf = (name) => pathToFileURL(resolve(name)).href;

/**
 * @param {string} name
 * @param {(diagnostics: lsp.Diagnostic[], version?: number) => boolean} condition
 */
async function diagnosticsOf(name, condition) {
  for (;;) {
    const last = published.get(uriOf(name));
    if (last && condition(last.diagnostics, last.version)) return last.diagnostics;
    await new Promise((resume) => waiting.push(() => resume(undefined)));
  }
}

/** @param {lsp.Diagnostic[]} diagnostics */
const isWrong = (diagnostics) => diagnostics.some((diagnostic) => diagnostic.code === rule);

/** @param {string} name */
async function open(name) {
  const document = TextDocument.create(uriOf(name), "python", 1, readFileSync(name, "utf8"));
  documents.set(name, document);
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri: document.uri, languageId: "python", version: 1, text: document.getText() },
  });
}

/**
 * @param {string} name
 * @param {lsp.TextDocumentContentChangeEvent[]} contentChanges
 */
async function change(name, contentChanges) {
  const document = documents.get(name);
  assert(document);
  const version = document.version + 1;
  TextDocument.update(document, contentChanges, version);
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: document.uri, version },
    contentChanges,
  });
}

/** Takes the preferred repair of the finding, and writes the file. @param {string} name */
async function repair(name) {
  const [diagnostic] = await diagnosticsOf(name, isWrong);
  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri: uriOf(name) },
    range: { start: diagnostic.range.start, end: diagnostic.range.start },
    context: { diagnostics: [diagnostic], only: [lsp.CodeActionKind.QuickFix] },
  });
  const action = actions?.find((offered) => lsp.CodeAction.is(offered) && offered.isPreferred);
  assert(lsp.CodeAction.is(action), "no preferred action is offered");
  assert(lsp.WorkspaceEdit.is(action.edit), "the action has no edit");
  const document = documents.get(name);
  const [edit] = action.edit.documentChanges ?? [];
  assert(document && lsp.TextDocumentEdit.is(edit));
  assert.equal(edit.textDocument.version, document.version);
  const edits = edit.edits.filter((each) => lsp.TextEdit.is(each));
  assert.equal(edits.length, edit.edits.length);
  await change(name, [{ text: TextDocument.applyEdits(document, edits) }]);
  await diagnosticsOf(name, (diagnostics) => !isWrong(diagnostics));
  writeFileSync(name, document.getText());
}

/** @param {string} from @param {string} to */
async function rename(from, to) {
  renameSync(from, to);
  await connection.sendNotification(lsp.DidChangeWatchedFilesNotification.type, {
    changes: [
      { uri: uriOf(from), type: lsp.FileChangeType.Deleted },
      { uri: uriOf(to), type: lsp.FileChangeType.Created },
    ],
  });
}

before(async () => {
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
    for (const diagnostic of params.diagnostics) assert(lsp.Diagnostic.is(diagnostic));
    published.set(params.uri, params);
    for (const resume of waiting.splice(0)) resume();
  });
  connection.onRequest(lsp.RegistrationRequest.type, (params) => {
    registrations.push(...params.registrations);
  });
  connection.onUnhandledNotification((message) => {
    assert(message.method.startsWith("$/") || message.method.startsWith("window/"), message.method);
  });
  connection.listen();
  const folder = pathToFileURL(process.cwd()).href;
  const result = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    clientInfo: { name: "typed client" },
    rootUri: folder,
    workspaceFolders: [{ uri: folder, name: "shop" }],
    capabilities,
  });
  assert.equal(result.capabilities.positionEncoding, "utf-16");
  await connection.sendNotification(lsp.InitializedNotification.type, {});
});

// A failed test leaves no server behind.
after(() => {
  connection.dispose();
  server.kill();
});

test("a finding comes while one types, and goes with its repair", async () => {
  await open("shop.py");
  await diagnosticsOf("shop.py", (diagnostics) => diagnostics.length === 0);
  let place = { line: 5, character: 0 };
  for (const character of line + "\n") {
    await change("shop.py", [{ range: { start: place, end: place }, text: character }]);
    place = { line: place.line, character: place.character + character.length };
  }
  const [diagnostic] = await diagnosticsOf("shop.py", isWrong);
  assert.equal(documents.get("shop.py")?.getText(diagnostic.range), 'foo.append("é🐍" + x)');
  const steps = diagnostic.relatedInformation ?? [];
  assert.deepEqual(steps.map((step) => step.message.slice(0, 11)), ["1. thread 1", "2. thread 1", "3. thread 2", "4. thread 2"]);

  const hover = await connection.sendRequest(lsp.HoverRequest.type, {
    textDocument: { uri: uriOf("shop.py") },
    position: { line: 1, character: 1 },
  });
  assert(lsp.Hover.is(hover) && lsp.MarkupContent.is(hover.contents));
  assert.match(hover.contents.value, /may be seen incomplete/);
  await repair("shop.py");
});

test("lines of DOS stay lines of DOS", async () => {
  await open("till.py");
  await repair("till.py");
});

test("a file is wrong only as long as the module that it uses has its name", async () => {
  await open("cart.py");
  await diagnosticsOf("cart.py", isWrong);
  const watched = registrations.filter((registration) => registration.method === lsp.DidChangeWatchedFilesNotification.method);
  assert.equal(watched.length, 1);
  await rename("stock.py", "store.py");
  await diagnosticsOf("cart.py", (diagnostics) => !isWrong(diagnostics));
  await rename("store.py", "stock.py");
  await diagnosticsOf("cart.py", isWrong);
});

test("the server ends when it is told to", async () => {
  await connection.sendRequest(lsp.ShutdownRequest.type);
  const ended = once(server, "exit");
  await connection.sendNotification(lsp.ExitNotification.type);
  const [code] = await ended;
  assert.equal(code, 0);
});
