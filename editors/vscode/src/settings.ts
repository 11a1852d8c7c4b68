// The settings that the extension itself reads. All others are the server's, which asks for the section `threadlint`.

import * as os from "node:os";
import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { type Surroundings, type Wishes, bundledServer } from "./server_choice";

export const section = "threadlint";

/** What the server announces depends on these, so that it must be started again when one changes. */
const features = ["hover", "codeLens", "documentHighlight", "references", "callHierarchy", "debounceMs", "python"];
/** Nothing that the server knows. */
const own = ["path", "importStrategy", "trace"];
const restarting = [...features, "enable", "path", "importStrategy"];

export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return restarting.some((name) => event.affectsConfiguration(`${section}.${name}`));
}

/** One folder that wants the server is enough: it knows itself which do not. */
export function isEnabled(): boolean {
  const places = vscode.workspace.workspaceFolders?.map((folder) => folder.uri) ?? [undefined];
  return places.some((place) => vscode.workspace.getConfiguration(section, place).get("enable", true));
}

export function initializationOptions(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration(section);
  const options = Object.fromEntries(features.map((name) => [name, settings.get(name)]));
  return forServer({ ...options, trustedWorkspace: vscode.workspace.isTrusted, status: true }) as Record<string, unknown>;
}

/** A section as the server gets it. What is not set is null in VS Code, and would hide what the project says. */
export function forServer(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) return settings;
  const isMeant = ([name, value]: [string, unknown]) => value !== null && value !== undefined && !own.includes(name);
  return Object.fromEntries(Object.entries(settings).filter(isMeant));
}

export function wishes(): Wishes {
  const settings = vscode.workspace.getConfiguration(section);
  const paths = settings.get<string | string[]>("path", []);
  return {
    paths: typeof paths === "string" ? [paths] : paths,
    importStrategy: settings.get<Wishes["importStrategy"]>("importStrategy", "useBundled"),
  };
}

export async function surroundings(extensionFolder: string): Promise<Surroundings> {
  return {
    isProgram,
    searchPath: (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== ""),
    bundled: bundledServer(extensionFolder, process.platform),
    home: os.homedir(),
    workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "",
    interpreter: await selectedInterpreter(),
    isTrusted: vscode.workspace.isTrusted,
    platform: process.platform,
  };
}

/** The interpreter that is chosen in the Python extension, else that of our own settings. */
async function selectedInterpreter(): Promise<string> {
  const python = vscode.extensions.getExtension("ms-python.python");
  try {
    const api = await python?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const selected = api?.environments?.getActiveEnvironmentPath?.(folder)?.path;
    if (typeof selected === "string" && path.isAbsolute(selected)) return selected;
  } catch {
    // Another extension's failure is not ours: go on without it.
  }
  return vscode.workspace.getConfiguration(section).get("python", "");
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
