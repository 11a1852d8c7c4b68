// What is in the packages: for all platforms without a server, for one with its own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { extensionFolder } from "./install.mjs";

const script = path.join(extensionFolder, "scripts", "package.mjs");
const always = ["LICENSE.txt", "changelog.md", "dist/extension.js", "images/icon.png", "images/interleaving.png", "package.json"];

/** `own` is the package of this platform. */
export function checkPackages(folder, own) {
  const packages = { universal: contents(universal(folder)), own: contents(own) };
  assert.equal(packages.universal.platform, undefined);
  assert.ok(!packages.universal.files.some((name) => name.includes("bundled")), "it has a server");
  assert.equal(packages.own.platform, `${process.platform}-${process.arch}`);
  assert.ok(packages.own.files.includes("extension/bundled/bin/threadlint"), "it has no server");
  for (const { files } of Object.values(packages)) {
    for (const name of always) assert.ok(files.includes(`extension/${name}`), `there is no ${name}`);
    const sources = files.filter((name) => /node_modules|\.ts$|package-lock/.test(name));
    assert.deepEqual(sources, [], "what only developers need is in it");
  }
  const refused = spawnSync("node", [script, "--target", "linux-x64"], { encoding: "utf8" });
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /a package for one platform needs its server/);
}

function universal(folder) {
  const out = path.join(folder, "universal.vsix");
  const { status, stdout, stderr } = spawnSync("node", [script, "--out", out], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  return out;
}

function contents(file) {
  const files = python("import sys, zipfile; print('\\n'.join(zipfile.ZipFile(sys.argv[1]).namelist()))", file);
  const manifest = python("import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('extension.vsixmanifest').decode())", file);
  return { files: files.trim().split("\n"), platform: /TargetPlatform="([^"]+)"/.exec(manifest)?.[1] };
}

function python(program, file) {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program, file], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
}
