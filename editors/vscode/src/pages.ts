// What the server tells in pages: the review in a webview, rules as Markdown, debug information as text.

import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as vscode from "vscode";
import { findingsAt } from "./findings";
import { placeOf, webviewPage } from "./review_page";
import type { Server } from "./server";

const ruleScheme = "threadlint-rule";

export function registerPages(context: vscode.ExtensionContext, server: Server): vscode.Disposable {
  const rules = new Map<string, string>();
  let panel: vscode.WebviewPanel | undefined;

  async function review(): Promise<void> {
    const answer = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "threadlint: reviewing the workspace" },
      () => server.request<{ text: string }>("threadlint/review", { format: "html" }),
    );
    if (!answer) return;
    panel ??= createPanel(() => (panel = undefined));
    panel.webview.html = webviewPage(answer.text, randomBytes(16).toString("base64"));
    panel.reveal();
  }

  async function explainRule(wanted?: string): Promise<void> {
    const rule = wanted ?? (await chosenRule());
    if (!rule) return;
    const answer = await server.request<{ markdown: string }>("threadlint/explain", { rule });
    if (!answer) return;
    rules.set(`/${rule}.md`, answer.markdown);
    const uri = vscode.Uri.from({ scheme: ruleScheme, path: `/${rule}.md` });
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  async function debugInformation(): Promise<void> {
    const answer = await server.request<{ text: string }>("threadlint/debugInformation", {});
    if (!answer) return;
    const about = `extension ${context.extension.packageJSON.version}, ${vscode.env.appName} ${vscode.version}, ${process.platform} ${process.arch}`;
    const document = await vscode.workspace.openTextDocument({ content: `${about}\n${answer.text}` });
    await vscode.window.showTextDocument(document);
  }

  return vscode.Disposable.from(
    vscode.commands.registerCommand("threadlint.review", review),
    vscode.commands.registerCommand("threadlint.explainRule", explainRule),
    vscode.commands.registerCommand("threadlint.debugInformation", debugInformation),
    vscode.workspace.registerTextDocumentContentProvider(ruleScheme, {
      provideTextDocumentContent: (uri) => rules.get(uri.path) ?? "",
    }),
    { dispose: () => panel?.dispose() },
  );
}

function createPanel(forget: () => void): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel("threadlint.review", "Threading review", vscode.ViewColumn.Active, {
    enableScripts: true,
    enableFindWidget: true,
    localResourceRoots: [],
  });
  panel.webview.onDidReceiveMessage((message: { place?: unknown }) => openPlace(message.place));
  panel.onDidDispose(forget);
  return panel;
}

async function openPlace(text: unknown): Promise<void> {
  const place = placeOf(text);
  if (!place) return;
  const folders = vscode.workspace.workspaceFolders?.map((folder) => folder.uri.fsPath) ?? [];
  const candidates = path.isAbsolute(place.file) ? [place.file] : folders.map((folder) => path.join(folder, place.file));
  for (const file of candidates) {
    const uri = vscode.Uri.file(file);
    if (!(await exists(uri))) continue;
    const start = new vscode.Position(place.line - 1, 0);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
    return;
  }
  void vscode.window.showErrorMessage(`threadlint: there is no file \`${place.file}\` any more`);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** The rule at the cursor, else one that the user names. */
async function chosenRule(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const here = editor ? [...new Set(findingsAt(editor.document.uri, editor.selection).map((finding) => finding.rule))] : [];
  if (here.length === 1) return here[0];
  if (here.length > 1) return vscode.window.showQuickPick(here, { placeHolder: "Which rule?" });
  return vscode.window.showInputBox({ prompt: "The name of a rule, as in the Problems panel", placeHolder: "unlocked-update" });
}
