// Starts the server for Python files and talks LSP to it. All that threadlint knows is in the server.

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(): Promise<void> {
  const command = vscode.workspace.getConfiguration("threadlint").get("path", "threadlint");
  client = new LanguageClient(
    "threadlint",
    "threadlint",
    { command, args: ["server"] },
    { documentSelector: [{ language: "python" }] },
  );
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
