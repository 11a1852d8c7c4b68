// The messages between editor and server, in a channel of their own while `threadlint.trace.server` asks for them. The
// client library asks the log level of the channel instead: this one answers with the setting.

import * as vscode from "vscode";
import { section } from "./settings";

export function createTraceChannel(): vscode.LogOutputChannel {
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const level = () => {
    const wanted = vscode.workspace.getConfiguration(section).get("trace.server", "off");
    return wanted === "off" ? vscode.LogLevel.Off : vscode.LogLevel.Trace;
  };
  const listener = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${section}.trace.server`)) changed.fire(level());
  });
  let channel: vscode.OutputChannel | undefined;
  const opened = () => (channel ??= vscode.window.createOutputChannel("threadlint trace"));
  const write = (message: string | Error) => opened().appendLine(`[${new Date().toISOString()}] ${message}`);
  return {
    name: "threadlint trace",
    get logLevel() {
      return level();
    },
    onDidChangeLogLevel: changed.event,
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    append: (text) => opened().append(text),
    appendLine: (text) => opened().appendLine(text),
    replace: (text) => opened().replace(text),
    clear: () => channel?.clear(),
    show: () => opened().show(true),
    hide: () => channel?.hide(),
    dispose: () => {
      listener.dispose();
      changed.dispose();
      channel?.dispose();
    },
  };
}
