// What can be done with a finding beside the server's repairs: walk through its interleaving, read about its rule. As
// commands, in the menu of the light bulb, and as links in the hover.

import * as vscode from "vscode";
import { type Finding, findingsAt, findingsIn, findingsTouching } from "./findings";
import type { InterleavingWalk } from "./interleaving";

/** A finding as an argument of a command: it may be gone when the command runs. */
interface Named {
  uri: string;
  line: number;
  character: number;
  rule: string;
}

export function registerFindingActions(walk: InterleavingWalk): vscode.Disposable {
  const python = { language: "python" };
  return vscode.Disposable.from(
    vscode.commands.registerCommand("threadlint.showInterleaving", (named?: Named) => showInterleaving(walk, named)),
    vscode.commands.registerCommand("threadlint.nextStep", () => walk.move(1)),
    vscode.commands.registerCommand("threadlint.previousStep", () => walk.move(-1)),
    vscode.commands.registerCommand("threadlint.endInterleaving", () => walk.end()),
    vscode.languages.registerCodeActionsProvider(
      python,
      { provideCodeActions: (document, range, context) => codeActions(document.uri, range, context) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.languages.registerHoverProvider(python, {
      provideHover: (document, position) => links(document.uri, new vscode.Range(position, position)),
    }),
  );
}

async function showInterleaving(walk: InterleavingWalk, named: Named | undefined): Promise<void> {
  const finding = named ? again(named) : await chosen();
  if (finding && finding.steps.length > 0) return walk.begin(finding);
  void vscode.window.showInformationMessage("threadlint: there is no finding with an interleaving here");
}

function again(named: Named): Finding | undefined {
  return findingsIn(vscode.Uri.parse(named.uri)).find((finding) => {
    const start = finding.diagnostic.range.start;
    return finding.rule === named.rule && start.line === named.line && start.character === named.character;
  });
}

/** That at the cursor; if there are several, or none, the user chooses. */
async function chosen(): Promise<Finding | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const here = told(findingsAt(editor.document.uri, editor.selection));
  const all = here.length > 0 ? here : told(findingsIn(editor.document.uri));
  if (all.length < 2) return all[0];
  const items = all.map((finding) => ({
    label: finding.rule,
    description: `line ${finding.diagnostic.range.start.line + 1}`,
    detail: finding.diagnostic.message.split("\n")[0],
    finding,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Which interleaving?" }))?.finding;
}

function codeActions(uri: vscode.Uri, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
  // Not for those who ask for everything that can be repaired, on saving for example.
  if (context.only && !context.only.contains(vscode.CodeActionKind.QuickFix)) return [];
  return told(findingsTouching(uri, range)).map((finding) => {
    const action = new vscode.CodeAction("Show interleaving", vscode.CodeActionKind.QuickFix);
    action.diagnostics = [finding.diagnostic];
    action.command = { title: action.title, command: "threadlint.showInterleaving", arguments: [nameOf(finding)] };
    return action;
  });
}

function links(uri: vscode.Uri, range: vscode.Range): vscode.Hover | undefined {
  const here = findingsTouching(uri, range);
  if (here.length === 0) return undefined;
  const lines = here.map((finding) => {
    const explain = link(`Explain \`${finding.rule}\``, "threadlint.explainRule", finding.rule);
    if (finding.steps.length === 0) return explain;
    const show = link(`Show interleaving (${finding.steps.length} steps)`, "threadlint.showInterleaving", nameOf(finding));
    return `${show} · ${explain}`;
  });
  const text = new vscode.MarkdownString(lines.join("\n\n"));
  text.isTrusted = { enabledCommands: ["threadlint.showInterleaving", "threadlint.explainRule"] };
  return new vscode.Hover(text);
}

function told(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.steps.length > 0);
}

function nameOf(finding: Finding): Named {
  const { line, character } = finding.diagnostic.range.start;
  return { uri: finding.uri.toString(), line, character, rule: finding.rule };
}

function link(title: string, command: string, argument: unknown): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}
