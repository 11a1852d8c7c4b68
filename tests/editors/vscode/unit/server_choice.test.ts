// Which program is the server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Surroundings, type Wishes, bundledServer, chooseServer } from "../../../../editors/vscode/src/server_choice";

const bundled = "/extension/bundled/bin/threadlint";

function around(programs: string[], other: Partial<Surroundings> = {}): Surroundings {
  return {
    isProgram: (file) => programs.includes(file),
    searchPath: ["/usr/local/bin", "/usr/bin"],
    bundled,
    home: "/home/ada",
    workspaceFolder: "/work/shop",
    interpreter: "/work/shop/.venv/bin/python",
    isTrusted: true,
    platform: "linux",
    ...other,
  };
}

function chosen(wishes: Partial<Wishes>, surroundings: Surroundings): string {
  const choice = chooseServer({ paths: [], importStrategy: "useBundled", ...wishes }, surroundings);
  return "problem" in choice ? choice.problem : choice.command;
}

const environment = "/work/shop/.venv/bin/threadlint";
const installed = "/usr/bin/threadlint";

test("the extension's own server comes first", () => {
  assert.equal(chosen({}, around([bundled, environment, installed])), bundled);
});

test("the environment comes first when the user wants it", () => {
  const all = around([bundled, environment, installed]);
  assert.equal(chosen({ importStrategy: "fromEnvironment" }, all), environment);
  assert.equal(chosen({ importStrategy: "fromEnvironment" }, around([bundled, installed])), installed);
  assert.equal(chosen({ importStrategy: "fromEnvironment" }, around([bundled])), bundled);
});

test("a package without a server takes an installed one", () => {
  assert.equal(chosen({}, around([environment, installed])), environment);
  assert.equal(chosen({}, around([installed])), installed);
});

test("nothing of an untrusted workspace is run", () => {
  const wishes = { importStrategy: "fromEnvironment" } as const;
  assert.equal(chosen(wishes, around([bundled, environment, installed], { isTrusted: false })), bundled);
  assert.equal(chosen(wishes, around([environment, installed], { isTrusted: false })), installed);
});

test("relative folders of the PATH are not looked at", () => {
  assert.match(chosen({}, around(["bin/threadlint"], { searchPath: ["bin"] })), /neither/);
});

test("the first path that exists is taken", () => {
  const programs = around(["/opt/threadlint", "/opt/newer"]);
  assert.equal(chosen({ paths: ["/missing", "/opt/newer", "/opt/threadlint"] }, programs), "/opt/newer");
});

test("paths know the home and the workspace", () => {
  const programs = around(["/home/ada/bin/threadlint", "/work/shop/tools/threadlint", installed]);
  assert.equal(chosen({ paths: ["~/bin/threadlint"] }, programs), "/home/ada/bin/threadlint");
  assert.equal(chosen({ paths: ["${workspaceFolder}/tools/threadlint"] }, programs), "/work/shop/tools/threadlint");
  assert.equal(chosen({ paths: ["tools/threadlint"] }, programs), "/work/shop/tools/threadlint");
  assert.equal(chosen({ paths: ["threadlint"] }, programs), installed);
});

test("a path that names nothing is told, and nothing else is started", () => {
  assert.match(chosen({ paths: ["/missing"] }, around([bundled, installed])), /names no program: \/missing/);
});

test("an empty path is no path", () => {
  assert.equal(chosen({ paths: [""] }, around([bundled])), bundled);
});

test("nothing is found: what to do is said", () => {
  assert.match(chosen({}, around([])), /install it, or name it in the setting `threadlint.path`/);
});

test("programs of Windows have an ending", () => {
  assert.match(bundledServer("/extension", "win32"), /threadlint\.exe$/);
});
