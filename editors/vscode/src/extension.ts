// Starts the server for Python files and talks LSP to it. All that threadlint knows is in the server.

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("threadlint");
  const command = settings.get("path", "threadlint");
  client = new LanguageClient(
    "threadlint",
    "threadlint",
    { command, args: ["server"] },
    {
      documentSelector: [{ language: "python" }],
      initializationOptions: {
        trustedWorkspace: vscode.workspace.isTrusted,
        python: settings.get("python", "python3"),
      },
    },
  );
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
