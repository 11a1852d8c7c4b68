// Makes a vsix: `npm run package -- [--target linux-x64] [--binary FILE] [--out FILE]`.
//
// With a binary the extension has its own server and is for the platform `--target`, by default this one; the names are
// those of `vsce package --target`. Without one it is for all platforms, and looks for an installed server.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { target: { type: "string" }, binary: { type: "string" }, out: { type: "string" } },
});
// Paths are of the folder in which the command was given; npm leaves it for that of the package.
const caller = process.env.INIT_CWD ?? process.cwd();
const binary = values.binary && path.resolve(caller, values.binary);
const target = binary ? (values.target ?? `${process.platform}-${process.arch}`) : undefined;
if (values.target && !binary) fail("a package for one platform needs its server: --binary FILE");
if (binary && !fs.existsSync(binary)) fail(`there is no file ${binary}`);
const out = path.resolve(caller, values.out ?? path.join(folder, target ? `threadlint-${target}.vsix` : "threadlint.vsix"));

process.chdir(folder);
fs.rmSync("bundled", { recursive: true, force: true });
if (binary) {
  const server = path.join("bundled", "bin", target.startsWith("win32") ? "threadlint.exe" : "threadlint");
  fs.mkdirSync(path.dirname(server), { recursive: true });
  fs.copyFileSync(binary, server);
  fs.chmodSync(server, 0o755);
}
fs.copyFileSync("../../LICENSE", "LICENSE");
run("tsc", "--noEmit");
run("esbuild", "src/extension.ts", "--bundle", "--minify", "--platform=node", "--format=cjs", "--external:vscode",
    "--outfile=dist/extension.js", "--log-level=warning");
run("vsce", "package", "--no-dependencies", "--out", out, ...(target ? ["--target", target] : []));

function run(tool, ...args) {
  const { status, error } = spawnSync(path.join("node_modules", ".bin", tool), args, { stdio: "inherit", shell: process.platform === "win32" });
  if (error?.code === "ENOENT") fail("the tools are not installed. Run: npm ci --ignore-scripts");
  if (status !== 0) fail(`\`${tool}\` failed`);
}

function fail(why) {
  console.error(`package: ${why}`);
  process.exit(1);
}
