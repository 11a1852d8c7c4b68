// Which program is the server. Knows nothing of VS Code; the disk is asked through `Surroundings`.

import * as path from "node:path";

export interface Choice {
  command: string;
  /** Where it was found, in words for the log. */
  origin: string;
}

export interface Wishes {
  /** In order; empty: as `importStrategy` says. */
  paths: readonly string[];
  importStrategy: "useBundled" | "fromEnvironment";
}

export interface Surroundings {
  isProgram: (file: string) => boolean;
  /** The folders of the PATH. */
  searchPath: readonly string[];
  /** Where the extension has its own server, if it has one. */
  bundled: string;
  home: string;
  /** Empty without a folder. */
  workspaceFolder: string;
  /** The selected Python interpreter; empty if none is known. */
  interpreter: string;
  /** Programs of an untrusted workspace are not run. */
  isTrusted: boolean;
  platform: string;
}

/** The server, or why there is none. */
export function chooseServer(wishes: Wishes, around: Surroundings): Choice | { problem: string } {
  const wanted = wishes.paths.filter((name) => name !== "");
  if (wanted.length > 0) {
    for (const name of wanted) {
      const command = program(expanded(name, around), around);
      if (command) return { command, origin: "the setting `threadlint.path`" };
    }
    return { problem: `the setting \`threadlint.path\` names no program: ${wanted.join(", ")}` };
  }
  const installed = () => beside(around) ?? onPath("threadlint", around);
  const bundled = around.isProgram(around.bundled) ? { command: around.bundled, origin: "the extension" } : undefined;
  const isFromEnvironment = wishes.importStrategy === "fromEnvironment" && around.isTrusted;
  const choice = isFromEnvironment ? (installed() ?? bundled) : (bundled ?? installed());
  if (choice) return choice;
  return {
    problem: "the program `threadlint` is neither part of this extension nor on the PATH: install it, or name it in the setting `threadlint.path`",
  };
}

/** Where the extension for this platform has its server. */
export function bundledServer(extensionFolder: string, platform: string): string {
  return path.join(extensionFolder, "bundled", "bin", `threadlint${ending(platform)}`);
}

function beside(around: Surroundings): Choice | undefined {
  if (!around.isTrusted || !path.isAbsolute(around.interpreter)) return undefined;
  const command = path.join(path.dirname(around.interpreter), `threadlint${ending(around.platform)}`);
  return around.isProgram(command) ? { command, origin: "the environment of Python" } : undefined;
}

function onPath(name: string, around: Surroundings): Choice | undefined {
  const wanted = name.endsWith(ending(around.platform)) ? name : name + ending(around.platform);
  for (const folder of around.searchPath) {
    const command = path.join(folder, wanted);
    // A relative folder of the PATH would be looked for in the workspace.
    if (path.isAbsolute(folder) && around.isProgram(command)) return { command, origin: "the PATH" };
  }
  return undefined;
}

function program(name: string, around: Surroundings): string | undefined {
  if (path.isAbsolute(name)) return around.isProgram(name) ? name : undefined;
  if (!name.includes("/") && !name.includes("\\")) return onPath(name, around)?.command;
  const inWorkspace = path.join(around.workspaceFolder, name);
  return around.workspaceFolder !== "" && around.isProgram(inWorkspace) ? inWorkspace : undefined;
}

function expanded(name: string, around: Surroundings): string {
  const atHome = name === "~" || name.startsWith("~/") ? around.home + name.slice(1) : name;
  return atHome.replaceAll("${workspaceFolder}", around.workspaceFolder).replaceAll("${userHome}", around.home);
}

function ending(platform: string): string {
  return platform === "win32" ? ".exe" : "";
}
