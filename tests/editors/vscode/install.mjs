// Installs what the tests need into `build/editors/vscode`, once for each state of the lock files: Visual Studio Code as
// a program for browsers, and the tools that build the extension. Chromium is a package of the system.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.resolve(here, "../../..");
export const extensionFolder = path.join(root, "editors", "vscode");
export const builtFolder = path.join(root, "build", "editors", "vscode");
const hostFolder = path.join(builtFolder, "host");
const packages = path.join(hostFolder, "node_modules");

/** Installs what is missing: what to run the tests with. */
export function install() {
  const chromium = ["chromium", "chromium-browser", "google-chrome"].map(onPath).find(Boolean);
  if (!chromium) fail("there is no Chromium, in which the tests open Visual Studio Code: install the package `chromium`");
  once(path.join(here, "package-lock.json"), hostFolder, () => {
    for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
      fs.copyFileSync(path.join(here, name), path.join(hostFolder, name));
    }
    npm(hostFolder, "ci");
    // Its own packages are named in its own lock files, which npm does not read for a dependency.
    const editor = path.join(packages, "code-server", "lib", "vscode");
    npm(editor, "install", "--omit=dev");
    npm(path.join(editor, "extensions"), "install", "--omit=dev");
  });
  once(path.join(extensionFolder, "package-lock.json"), path.join(extensionFolder, "node_modules"), () => {
    npm(extensionFolder, "ci");
  });
  return {
    chromium,
    nodeFolder: path.join(packages, `node-linux-${process.arch}`, "bin"),
    node: path.join(packages, `node-linux-${process.arch}`, "bin", "node"),
    codeServer: path.join(packages, "code-server", "out", "node", "entry.js"),
    playwright: path.join(packages, "playwright-core", "index.mjs"),
  };
}

/** Fills the folder when it was not filled from this lock file. */
function once(lockFile, folder, fill) {
  const state = createHash("sha256").update(fs.readFileSync(lockFile)).digest("hex");
  const mark = path.join(folder, ".installed-for");
  if (fs.existsSync(mark) && fs.readFileSync(mark, "utf8") === state) return;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fill();
  fs.writeFileSync(mark, state);
}

function npm(folder, ...args) {
  const options = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  const { status, error, stderr } = spawnSync("npm", [...args, ...options], { cwd: folder, encoding: "utf8" });
  if (status === 0) return;
  const why = error ? error.message : stderr.split("\n").filter((line) => line.startsWith("npm error")).slice(0, 4).join("\n");
  fail(`npm cannot install the packages of ${path.relative(root, folder)}, which the tests in Visual Studio Code need:\n${why}`);
}

function onPath(program) {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
}

function fail(why) {
  console.error(`vscode: ${why}`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
