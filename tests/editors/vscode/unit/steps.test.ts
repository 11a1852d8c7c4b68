// What a step says, and what stands beside a line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gutterIcon, moved, notesOf, stepOf } from "../../../../editors/vscode/src/steps";

test("a step names its thread and what is shared", () => {
  const step = stepOf("2. thread 1, `cache`: publishes it with `cache = []`");
  assert.deepEqual(step, { number: 2, thread: 1, cell: "cache", text: "publishes it with `cache = []`" });
});

test("a step of nothing shared has no name", () => {
  assert.deepEqual(stepOf("10. thread 2: releases it"), { number: 10, thread: 2, cell: "", text: "releases it" });
});

test("a step may have several lines", () => {
  assert.equal(stepOf("1. thread 1: one\ntwo")?.text, "one\ntwo");
});

test("other messages are no steps", () => {
  for (const message of ["", "see also", "thread 1: x", "1. thread one: x", "1. thread 1"]) {
    assert.equal(stepOf(message), undefined, message);
  }
});

const steps = [
  { number: 1, thread: 1, cell: "", text: "tests", line: 3 },
  { number: 2, thread: 1, cell: "", text: "publishes", line: 4 },
  { number: 3, thread: 2, cell: "", text: "tests,\n  and skips", line: 3 },
];

test("a line tells all its steps while another one is present", () => {
  const [first, second] = notesOf(steps, 2);
  assert.deepEqual(first, {
    line: 3,
    thread: 1,
    text: "1. thread 1 tests  ·  3. thread 2 tests, and skips",
    isPresent: false,
  });
  assert.deepEqual(second, { line: 4, thread: 1, text: "2. thread 1 publishes", isPresent: true });
});

test("a line tells the present step alone", () => {
  const [first] = notesOf(steps, 3);
  assert.deepEqual(first, { line: 3, thread: 2, text: "3. thread 2 tests, and skips", isPresent: true });
});

test("a walk does not leave the steps", () => {
  assert.equal(moved(0, -1, 3), 0);
  assert.equal(moved(1, 1, 3), 2);
  assert.equal(moved(2, 1, 3), 2);
});

test("the mark in the margin shows the thread", () => {
  assert.match(gutterIcon(2, "#b04a00", true), /fill="#b04a00".*>2</);
  assert.match(gutterIcon(1, "#1d63b8", false), /fill="none".*>1</);
});
