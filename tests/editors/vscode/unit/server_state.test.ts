// What the status bar says, and when a server is given up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Status, mayRestart, viewOf } from "../../../../editors/vscode/src/server_state";

function running(status: Partial<Status>) {
  return viewOf({ phase: "running", status: { state: "idle", message: "", files: 3, findings: 0, ...status } });
}

test("findings are counted", () => {
  assert.equal(running({ findings: 2 }).text, "$(warning) threadlint 2");
  assert.equal(running({ findings: 1, files: 1 }).tooltip, "1 finding in 1 file");
  assert.equal(running({}).text, "$(check) threadlint");
});

test("work and problems of the server are told", () => {
  assert.deepEqual(running({ state: "busy", message: "indexing" }), {
    text: "$(sync~spin) threadlint",
    tooltip: "indexing",
    isError: false,
  });
  assert.equal(running({ state: "error", message: "settings cannot be read" }).isError, true);
});

test("a server without status is said to run", () => {
  assert.equal(viewOf({ phase: "running" }).tooltip, "running");
});

test("a server that does not run says why", () => {
  assert.deepEqual(viewOf({ phase: "failed", message: "no such program" }), {
    text: "$(error) threadlint",
    tooltip: "no such program",
    isError: true,
  });
  assert.equal(viewOf({ phase: "off" }).tooltip, "off in this workspace");
});

test("a server may crash now and then, but not again and again", () => {
  const minute = 60_000;
  assert.equal(mayRestart([], 0), true);
  assert.equal(mayRestart([0, 1, 2], 3), true);
  assert.equal(mayRestart([0, 1, 2, 3], 4), false);
  assert.equal(mayRestart([0, 1, 2, 3], 10 * minute), true);
});
