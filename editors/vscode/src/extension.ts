// Starts the server for Python and shows what it finds. All that threadlint knows is in the server.

import * as vscode from "vscode";
import { registerFindingActions } from "./finding_actions";
import { InterleavingWalk } from "./interleaving";
import { registerPages } from "./pages";
import { Server } from "./server";
import type { ServerState } from "./server_state";
import { needsRestart } from "./settings";
import { createStatusItem } from "./status_item";
import { createTraceChannel } from "./trace_channel";

/** What other extensions may rely on. */
export interface Api {
  state: () => ServerState;
  /** Where the walk through an interleaving is; undefined while there is none. */
  walk: () => { step: number; of: number } | undefined;
}

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel("threadlint", { log: true });
  const trace = createTraceChannel();
  const running = new Server(context.extensionPath, log, trace);
  const walk = new InterleavingWalk();
  server = running;
  context.subscriptions.push(
    log,
    trace,
    running,
    walk,
    createStatusItem(running),
    registerFindingActions(walk),
    registerPages(context, running),
    vscode.commands.registerCommand("threadlint.restart", () => running.restart()),
    vscode.commands.registerCommand("threadlint.showLog", () => log.show()),
    // Only a trusted workspace's settings count, and only its code may be run.
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => (needsRestart(event) ? running.restart() : undefined)),
  );
  void running.restart();
  return { state: () => running.state, walk: () => walk.position() };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
