// A workspace of two folders, with characters that editors count differently.

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** Typed at the end of line 5 of `loader.py`, it makes the file wrong. */
export const wrongLine = '            foo.append("é🐍" + x)  # 🐍';

const before = ['names = ["é", "🐍"]', "foo = []  # 🐍", "def bar():", "    if not foo:", "        for x in names:  # 🐍 é"];
const loader = [...before, "    return foo", ""];
const broken = [...before, wrongLine, "    return foo", ""];

const files = {
  "shop/loader.py": loader.join("\n"),
  "shop/crlf.py": loader.join("\r\n"),
  "shop/hits.py": "hits = 0  # é🐍\n\n\ndef hit():\n    global hits\n    hits += 1\n",
  "shop/registry.py": [
    '"""Which codec is for which ending. é🐍"""',
    "",
    "import plugins",
    "",
    "codecs = {}",
    "",
    "",
    "def codec_for(ending):",
    "    if not codecs:",
    "        plugins.fill(codecs)",
    "    return codecs[ending]",
    "",
  ].join("\n"),
  "shop/plugins.py": [
    'ENDINGS = ("png", "gif")',
    "",
    "",
    "def fill(registry):",
    "    for ending in ENDINGS:",
    "        registry[ending] = load(ending)",
    "",
    "",
    "def load(ending):",
    "    return ending.upper()",
    "",
  ].join("\n"),
  "shop/sources.py": [
    "_sources = None",
    "",
    "def sources(settings):",
    "    global _sources",
    "    if _sources is None:",
    "        _sources = []",
    "        for name in settings:",
    "            _sources.append(load(name))",
    "    return _sources",
    "",
    "def load(name):",
    "    return name.lower()",
    "",
  ].join("\n"),
  "café 🐍/counter.py": "total = 0\n\n\ndef add(n):\n    global total\n    total += n\n",
};

/** Writes it, with what the command line makes of the files that are repaired: the file that opens it. */
export function writeWorkspace(folder, threadlint) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  for (const [name, eol] of [["shop/loader.py", "\n"], ["shop/crlf.py", "\r\n"]]) {
    const file = expectedFile(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, repaired(broken.join(eol), threadlint));
  }
  const workspace = path.join(folder, "test.code-workspace");
  fs.writeFileSync(workspace, JSON.stringify({ folders: [{ path: "shop" }, { path: "café 🐍" }] }));
  return workspace;
}

/** Beside the workspace: no user has such files. */
export function expectedFile(folder, name) {
  return path.join(`${folder}.expected`, name);
}

function repaired(text, threadlint) {
  const folder = fs.mkdtempSync(path.join("/tmp", "threadlint-fix-"));
  const file = path.join(folder, "loader.py");
  fs.writeFileSync(file, text);
  const { status, stderr } = spawnSync(threadlint, ["check", "--fix", file], { encoding: "utf8" });
  const result = fs.readFileSync(file, "utf8");
  fs.rmSync(folder, { recursive: true });
  if (result === text) throw new Error(`the command line repairs nothing (${status}): ${stderr}`);
  return result;
}
