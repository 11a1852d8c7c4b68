// The item in the status bar: seen beside Python, or when something is wrong. A click lists what can be done.

import * as vscode from "vscode";
import type { Server } from "./server";
import { viewOf } from "./server_state";

const actions = [
  { label: "$(book) Review Workspace", command: "threadlint.review" },
  { label: "$(output) Show Log", command: "threadlint.showLog" },
  { label: "$(debug-restart) Restart Server", command: "threadlint.restart" },
  { label: "$(info) Print Debug Information", command: "threadlint.debugInformation" },
  { label: "$(settings-gear) Open Settings", command: "workbench.action.openSettings", argument: "threadlint" },
];

export function createStatusItem(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("threadlint.status", vscode.StatusBarAlignment.Right, 90);
  item.name = "threadlint";
  item.command = "threadlint.statusActions";
  const update = () => {
    const view = viewOf(server.state);
    item.text = view.text;
    item.tooltip = `threadlint: ${view.tooltip}`;
    item.backgroundColor = view.isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    item.accessibilityInformation = { label: item.tooltip, role: "button" };
    const isPython = vscode.window.activeTextEditor?.document.languageId === "python";
    if (isPython || view.isError) item.show();
    else item.hide();
  };
  update();
  return vscode.Disposable.from(
    item,
    server.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.commands.registerCommand("threadlint.statusActions", chooseAction),
  );
}

async function chooseAction(): Promise<void> {
  const action = await vscode.window.showQuickPick(actions, { placeHolder: "threadlint" });
  if (action) await vscode.commands.executeCommand(action.command, action.argument);
}
