// "Show Interleaving": walks through the steps of a finding, across files, with the number of the thread in the margin
// and the words of each step behind its line.

import * as vscode from "vscode";
import type { Finding, PlacedStep } from "./findings";
import { colourOf, gutterIcon, moved, notesOf } from "./steps";

const threads = [1, 2] as const;
const iconColours = { light: { 1: "#1d63b8", 2: "#b04a00" }, dark: { 1: "#2f81e0", 2: "#d9731a" } };

export class InterleavingWalk implements vscode.Disposable {
  private steps: PlacedStep[] = [];
  private index = 0;
  private readonly present = threads.map((thread) => stepStyle(thread, true));
  private readonly others = threads.map((thread) => stepStyle(thread, false));
  private readonly notes = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly item = vscode.window.createStatusBarItem("threadlint.step", vscode.StatusBarAlignment.Left, 0);
  private readonly listeners = [
    vscode.window.onDidChangeVisibleTextEditors(() => this.decorate()),
    // The server's places are of the old text.
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.contentChanges.length > 0 && this.concerns(event.document.uri)) void this.end();
    }),
  ];

  constructor() {
    this.item.name = "threadlint: interleaving";
    this.item.command = "threadlint.nextStep";
  }

  async begin(finding: Finding): Promise<void> {
    this.steps = finding.steps;
    await vscode.commands.executeCommand("setContext", "threadlint.isWalking", true);
    await this.show(0);
  }

  async move(by: number): Promise<void> {
    if (this.steps.length > 0) await this.show(moved(this.index, by, this.steps.length));
  }

  async end(): Promise<void> {
    this.steps = [];
    this.item.hide();
    this.decorate();
    await vscode.commands.executeCommand("setContext", "threadlint.isWalking", false);
  }

  /** The number of the present step, from 1, and how many there are; undefined while there is no walk. */
  position(): { step: number; of: number } | undefined {
    return this.steps.length > 0 ? { step: this.index + 1, of: this.steps.length } : undefined;
  }

  dispose(): void {
    vscode.Disposable.from(...this.listeners, ...this.present, ...this.others, this.notes, this.item).dispose();
  }

  private async show(index: number): Promise<void> {
    this.index = index;
    const step = this.steps[index];
    const { uri, range } = step.location;
    const editor = await vscode.window.showTextDocument(uri, {
      selection: new vscode.Range(range.start, range.start),
      viewColumn: vscode.window.visibleTextEditors.find((it) => same(it.document.uri, uri))?.viewColumn,
    });
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.item.text = `$(list-ordered) step ${index + 1} of ${this.steps.length}: thread ${step.thread} ${step.text}`;
    this.item.tooltip = "F8: next step, Shift+F8: previous step, Escape: end";
    this.item.show();
    this.decorate();
  }

  private concerns(uri: vscode.Uri): boolean {
    return this.steps.some((step) => same(step.location.uri, uri));
  }

  private decorate(): void {
    for (const editor of vscode.window.visibleTextEditors) this.decorateOne(editor);
  }

  private decorateOne(editor: vscode.TextEditor): void {
    const here = this.steps.filter((step) => same(step.location.uri, editor.document.uri));
    const now = this.steps[this.index];
    for (const [i, thread] of threads.entries()) {
      const ofThread = here.filter((step) => colourOf(step.thread) === thread);
      // A line has one number in its margin, the present step's before others.
      const rest = ofThread.filter((step) => step !== now && step.location.range.start.line !== presentLine(now, here));
      editor.setDecorations(this.present[i], ofThread.filter((step) => step === now).map(marked));
      editor.setDecorations(this.others[i], rest.map(marked));
    }
    const placed = here.map((step) => ({ ...step, line: step.location.range.start.line }));
    editor.setDecorations(
      this.notes,
      notesOf(placed, now?.number ?? 0).map((note) => {
        const end = editor.document.lineAt(note.line).range.end;
        const colour = note.isPresent ? `threadlint.thread${colourOf(note.thread)}` : "editorCodeLens.foreground";
        const after = { contentText: note.text, color: new vscode.ThemeColor(colour), margin: "0 0 0 2em" };
        return { range: new vscode.Range(end, end), renderOptions: { after } };
      }),
    );
  }
}

function stepStyle(thread: 1 | 2, isPresent: boolean): vscode.TextEditorDecorationType {
  const icon = (theme: "light" | "dark") => ({
    gutterIconPath: vscode.Uri.parse(
      `data:image/svg+xml;base64,${Buffer.from(gutterIcon(thread, iconColours[theme][thread], isPresent)).toString("base64")}`,
    ),
    gutterIconSize: "contain",
  });
  const colour = new vscode.ThemeColor(`threadlint.thread${thread}`);
  return vscode.window.createTextEditorDecorationType({
    border: isPresent ? "1px solid" : "1px dotted",
    borderColor: colour,
    backgroundColor: isPresent ? new vscode.ThemeColor(`threadlint.thread${thread}Background`) : undefined,
    overviewRulerColor: colour,
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    light: icon("light"),
    dark: icon("dark"),
  });
}

function marked(step: PlacedStep): vscode.DecorationOptions {
  return { range: step.location.range, hoverMessage: `${step.number}. thread ${step.thread}: ${step.text}` };
}

function presentLine(now: PlacedStep | undefined, here: readonly PlacedStep[]): number {
  return now && here.includes(now) ? now.location.range.start.line : -1;
}

function same(one: vscode.Uri, other: vscode.Uri): boolean {
  return one.toString() === other.toString();
}
