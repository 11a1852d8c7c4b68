// Our diagnostics in the editor, and the steps that belong to them.

import * as vscode from "vscode";
import { type Step, stepOf } from "./steps";

export interface PlacedStep extends Step {
  location: vscode.Location;
}

export interface Finding {
  uri: vscode.Uri;
  diagnostic: vscode.Diagnostic;
  rule: string;
  /** Empty if the finding has no interleaving. */
  steps: PlacedStep[];
}

export function findingsIn(uri: vscode.Uri): Finding[] {
  const ours = vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === "threadlint");
  return ours.map((diagnostic) => ({ uri, diagnostic, rule: ruleOf(diagnostic), steps: stepsOf(diagnostic) }));
}

/** Those that touch the range; an empty one at either end does. */
export function findingsTouching(uri: vscode.Uri, range: vscode.Range): Finding[] {
  return findingsIn(uri).filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined);
}

/** Those that touch the range; else those of its line. */
export function findingsAt(uri: vscode.Uri, range: vscode.Range): Finding[] {
  const touching = findingsTouching(uri, range);
  if (touching.length > 0) return touching;
  return findingsIn(uri).filter(({ diagnostic }) => diagnostic.range.start.line === range.start.line);
}

function ruleOf(diagnostic: vscode.Diagnostic): string {
  const code = diagnostic.code;
  return String((typeof code === "object" ? code.value : code) ?? "");
}

function stepsOf(diagnostic: vscode.Diagnostic): PlacedStep[] {
  return (diagnostic.relatedInformation ?? []).flatMap(({ message, location }) => {
    const step = stepOf(message);
    return step ? [{ ...step, location }] : [];
  });
}
