// The running server: it is chosen, started, watched, and started again when what it depends on changes.

import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, ResponseError, State } from "vscode-languageclient/node";
import { chooseServer } from "./server_choice";
import { type ServerState, type Status, mayRestart } from "./server_state";
import { forServer, initializationOptions, isEnabled, section, surroundings, wishes } from "./settings";

const methodNotFound = -32601;

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private crashes: number[] = [];
  private hasStarted = false;
  private changes: Promise<void> = Promise.resolve();
  private readonly changed = new vscode.EventEmitter<ServerState>();
  /** Tells each new state, in order. */
  readonly onDidChange = this.changed.event;
  state: ServerState = { phase: "off" };

  constructor(
    private readonly extensionFolder: string,
    private readonly log: vscode.LogOutputChannel,
    private readonly trace: vscode.LogOutputChannel,
  ) {}

  /** Starts it again with present settings. One after the other: settings may change while it starts. */
  restart(): Promise<void> {
    this.changes = this.changes.then(() => this.stopNow()).then(() => this.startNow());
    return this.changes;
  }

  stop(): Promise<void> {
    this.changes = this.changes.then(() => this.stopNow());
    return this.changes;
  }

  /** Undefined, and the user was told why, if there is no answer. */
  async request<Answer>(method: string, params: unknown): Promise<Answer | undefined> {
    if (!this.client?.isRunning()) {
      await this.tellProblem("threadlint: the server does not run");
      return undefined;
    }
    try {
      return await this.client.sendRequest<Answer>(method, params);
    } catch (error) {
      const isOld = error instanceof ResponseError && error.code === methodNotFound;
      const reason = isOld ? `this version of the server does not know \`${method}\`: update it` : messageOf(error);
      void vscode.window.showErrorMessage(`threadlint: ${reason}`);
      return undefined;
    }
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async startNow(): Promise<void> {
    if (!isEnabled()) return this.become({ phase: "off", message: "switched off by `threadlint.enable`" });
    this.become({ phase: "starting" });
    const choice = chooseServer(wishes(), await surroundings(this.extensionFolder));
    if ("problem" in choice) return this.fail(choice.problem);
    this.log.info(`starting ${choice.command}, from ${choice.origin}`);
    this.hasStarted = false;
    this.client = this.createClient(choice.command);
    try {
      await this.client.start();
    } catch (error) {
      return this.fail(`\`${choice.command}\` does not start: ${messageOf(error)}`);
    }
    this.hasStarted = true;
    const about = this.client.initializeResult?.serverInfo;
    this.log.info(`${about?.name ?? "the server"} ${about?.version ?? "of unknown version"} runs`);
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become({ phase: "off" });
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`the server did not stop by itself: ${messageOf(error)}`);
    }
  }

  private createClient(command: string): LanguageClient {
    const client = new LanguageClient(
      section,
      "threadlint",
      { command, args: ["server"] },
      {
        documentSelector: ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme, language: "python" })),
        initializationOptions: initializationOptions(),
        outputChannel: this.log,
        traceOutputChannel: this.trace,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => this.afterCrash(),
        },
        // What is wrong with the start is told once, by us.
        initializationFailedHandler: () => false,
        middleware: {
          workspace: {
            configuration: async (params, token, next) => {
              const sections = await next(params, token);
              return Array.isArray(sections) ? sections.map(forServer) : sections;
            },
            // The server asks for what it needs: the values of one folder are not those of another.
            didChangeConfiguration: (_, next) => next(undefined),
          },
        },
      },
    );
    client.onNotification("threadlint/status", (status: Status) => this.become({ phase: "running", status }));
    client.onDidChangeState((event) => {
      if (client !== this.client) return;
      if (client.isRunning()) this.become({ phase: "running", status: this.state.status });
      else if (event.newState === State.Starting) this.become({ phase: "starting" });
    });
    return client;
  }

  private afterCrash() {
    // Not a crash but the wrong program: who started it tells so.
    if (!this.hasStarted) return { action: CloseAction.DoNotRestart, handled: true };
    const now = Date.now();
    const again = mayRestart(this.crashes, now);
    this.crashes.push(now);
    if (again) {
      this.log.warn("the server ended unexpectedly and is started again");
      this.become({ phase: "starting" });
      return { action: CloseAction.Restart, handled: true };
    }
    this.fail("the server crashed again and again, and is not started any more");
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private fail(problem: string): void {
    this.log.error(problem);
    this.become({ phase: "failed", message: problem });
    void this.tellProblem(`threadlint: ${problem}`);
  }

  private async tellProblem(message: string): Promise<void> {
    const choice = await vscode.window.showErrorMessage(message, "Restart", "Open Settings", "Show Log");
    if (choice === "Restart") {
      this.crashes = [];
      await this.restart();
    }
    if (choice === "Open Settings") await vscode.commands.executeCommand("workbench.action.openSettings", "threadlint.path");
    if (choice === "Show Log") this.log.show();
  }

  private become(state: ServerState): void {
    this.state = state;
    this.changed.fire(state);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
