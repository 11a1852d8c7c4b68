// The extension in the real program: units, a suite inside the editor, and a user before the screen. See README.md.
//
//   node run.mjs --threadlint build/dev/threadlint

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { builtFolder, extensionFolder, install, root } from "./install.mjs";
import { runInside } from "./inside.mjs";
import { runOnScreen } from "./on_screen.mjs";
import { checkPackages } from "./packages.mjs";
import { runTrust } from "./trust.mjs";

const { values } = parseArgs({
  options: { threadlint: { type: "string" }, only: { type: "string", default: "" }, "update-readme": { type: "boolean" } },
});
const threadlint = path.resolve(values.threadlint ?? path.join(root, "build", "dev", "threadlint"));
const here = path.join(root, "tests", "editors", "vscode");
const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "threadlint-vscode-")));
const tools = install();
// The tools of extensions want a newer Node.js than systems have.
process.env.PATH = `${tools.nodeFolder}:${process.env.PATH}`;
let isGood = true;

function build() {
  const extension = path.join(builtFolder, "threadlint.vsix");
  const suite = path.join(builtFolder, "suite.vsix");
  command("node", [path.join(extensionFolder, "scripts", "package.mjs"), "--binary", threadlint, "--out", extension]);
  const vsce = path.join(extensionFolder, "node_modules", ".bin", "vsce");
  const options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", suite];
  command(vsce, ["package", ...options], path.join(here, "host"));
  return { tools, extension, suite, threadlint, folder, updateReadme: values["update-readme"] };
}

function runUnits() {
  const out = path.join(builtFolder, "unit");
  fs.rmSync(out, { recursive: true, force: true });
  const sources = fs.readdirSync(path.join(here, "unit")).map((name) => path.join(here, "unit", name));
  const esbuild = path.join(extensionFolder, "node_modules", ".bin", "esbuild");
  command(esbuild, [...sources, "--bundle", "--platform=node", `--outdir=${out}`, "--log-level=warning"]);
  const bundles = fs.readdirSync(out).map((name) => path.join(out, name));
  command(tools.node, ["--test", "--test-reporter=dot", ...bundles]);
}

function command(program, args, cwd = here) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`\`${path.basename(program)}\` failed: ${error ?? ""}\n${stdout}${stderr}`);
}

/** Runs a part, unless another one was asked for, and says how it went. */
async function part(name, run) {
  if (values.only && values.only !== name) return;
  const start = Date.now();
  try {
    await run();
    console.log(`${name}: good, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  } catch (error) {
    isGood = false;
    console.log(`${name}: ${error.stack}`);
  }
}

await part("units", runUnits);
const context = build();
await part("packages", () => checkPackages(builtFolder, context.extension));
// Editors mostly wait: two at a time.
await Promise.all([
  part("inside", () => runInside(context)),
  part("screen", () => runOnScreen(context)).then(() => part("trust", () => runTrust(context))),
]);
if (isGood) fs.rmSync(folder, { recursive: true, force: true });
else console.log(`what the editors wrote is in ${folder}`);
process.exit(isGood ? 0 : 1);
