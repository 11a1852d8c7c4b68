#!/usr/bin/env python3
"""What no well-meaning client does. The server answers or says why, its memory stays bounded, the next message works.

usage: hostile.py THREADLINT [--sanitized]

With --sanitized, what would take minutes in such a build is left out, and memory is not looked at.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from client import CAPABILITIES, Server, framed

BUG = "cache = []\ndef load():\n    if not cache:\n        for x in y:\n            cache.append(x)\n    return cache\n"
URI = "file:///nowhere/shop.py"
SANITIZED = "--sanitized" in sys.argv
PROGRAM = os.path.abspath(sys.argv[1]) if 1 < len(sys.argv) else sys.exit(__doc__)
HUGE = 200 << 20

cases = []


def case(function):
    cases.append(function)
    return function


def server(*folders, **options):
    return Server([PROGRAM], folders, **options)


def expect_works(s, uri="file:///nowhere/next.py"):
    """The next message works: a module with a bug gets its diagnostic."""
    s.open(uri, BUG)
    s.wait_idle()
    assert len(s.diagnostics.get(uri, [])) == 1, s.diagnostics.get(uri)
    s.close(uri)


def expect_memory(s, limit, field="VmHWM"):
    used = s.memory(field)
    assert SANITIZED or used <= limit, f"{used} MiB, more than {limit}"
    return f"{used} of {limit} MiB"


def position(line, character):
    return {"line": line, "character": character}


def span(*numbers):
    return {"start": position(*numbers[:2]), "end": position(*numbers[2:])}


@case
def ten_thousand_nested_brackets():
    with server() as s:
        for i, text in enumerate(["(" * 10000 + ")" * 10000, "[" * 10000, "{" * 10000 + ")" * 10000,
                                  "f(" * 10000 + ")" * 10000, "x = " + "-" * 10000 + "1", "a" + ".b" * 10000,
                                  "if x:\n" + "".join(" " * n + "if x:\n" for n in range(1, 1000))]):
            s.open(f"file:///nowhere/nested_{i}.py", text)
        s.wait_idle()
        expect_works(s)
        return expect_memory(s, 200)


@case
def json_of_a_hundred_thousand_levels():
    with server() as s:
        for body in (b"[" * 100000 + b"]" * 100000, b"[" * 100000, b'{"a":' * 100000,
                     b'{"jsonrpc":"2.0","method":"x","params":' + b"[" * 100000 + b"]" * 100000 + b"}"):
            s.send_bytes(framed(body))
            assert s.answer_to(None)["error"]["code"] == -32700
        expect_works(s)
        return expect_memory(s, 100)


@case
def document_of_200_mb():
    with server() as s:
        s.open(URI, "x = 1\n" * (HUGE // 6))
        s.wait_idle()
        assert any("longer than 10 MiB" in text for text in s.said), s.said
        s.change(URI, 2, {"range": span(0, 0, 0, 0), "text": "y"})
        expect_works(s)
        peak = expect_memory(s, 1500)
        s.change(URI, 3, {"text": BUG})
        s.wait_idle()
        assert len(s.diagnostics[URI]) == 1
        return peak


@case
def line_of_10_mb():
    with server() as s:
        s.open(URI, BUG + "x = '" + "é" * 5_000_000 + "'\n")
        s.wait_idle()
        assert len(s.diagnostics[URI]) == 1
        s.change(URI, 2, {"range": span(6, 5_000_000, 6, 5_000_003), "text": "ü"})
        expect_works(s)
        return expect_memory(s, 300)


@case
def bytes_that_are_no_text():
    with server() as s:
        for uri, text in {"nul": BUG + "\0\0 = '\0'\n", "del": "\x7f\x1b[2J" + BUG, "bom": "\ufeff" + BUG}.items():
            s.open(f"file:///nowhere/{uri}.py", text)
        body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": "file:///nowhere/latin.py", "languageId": "python", "version": 1, "text": BUG + "# @@"}}})
        s.send_bytes(framed(body.encode().replace(b"@@", b"\xe9\xff\xc0\x80\xed\xa0\x80")))
        for half in ("\\ud83d", "\\udc0d", "\\udc0d\\ud83d", "\\ud83d\\ud83d\\udc0d"):
            s.send_bytes(framed(body.replace("@@", half).replace("latin", half).encode()))
        s.wait_idle()
        found = {uri: len(findings) for uri, findings in s.diagnostics.items()}
        assert found["file:///nowhere/latin.py"] == found["file:///nowhere/nul.py"] == 1, found
        assert 7 <= len(found), found
        expect_works(s)


@case
def client_that_never_reads():
    """It sends until the pipe stays full for a second: then the server does not read either, and its memory is bounded."""
    with server(reads=False) as s:
        s.open(URI, BUG * 50)
        line = framed({"jsonrpc": "2.0", "id": "a" * 20000, "method": "no/such", "params": None})
        os.set_blocking(s.process.stdin.fileno(), False)
        sent, stuck_since, rest = 0, None, b""
        while stuck_since is None or time.monotonic() - stuck_since < 1:
            rest = rest or line
            try:
                count = os.write(s.process.stdin.fileno(), rest)
            except BlockingIOError:
                stuck_since = stuck_since or time.monotonic()
                time.sleep(0.01)
                continue
            sent, stuck_since, rest = sent + count, None, rest[count:]
            assert sent < 1 << 30, "the server has read a gigabyte without an answer being read"
        peak = expect_memory(s, 500)
        # Once it reads, all answers are there, and the conversation goes on.
        os.set_blocking(s.process.stdin.fileno(), True)
        s.reader.start()
        s.send_bytes(rest)
        expect_works(s)
        return f"{peak}, after {sent >> 20} MiB sent"


@case
def ten_thousand_changes_without_waiting():
    with server() as s:
        s.open(URI, "\n" + BUG)
        for i in range(10000):
            s.change(URI, i + 2, {"range": span(0, i // 2, 0, i // 2), "text": "x"} if i % 2 == 0 else
                     {"range": span(0, 0, 0, 0), "text": ""})
        s.wait_idle()
        assert len(s.diagnostics[URI]) == 1
        expect_works(s)
        return expect_memory(s, 200)


@case
def impossible_ranges():
    with server() as s:
        for i, wrong in enumerate([span(-1, 0, 0, 0), span(0, -1, 0, 0), span(3, 0, 1, 0), span(0, 5, 0, 2)]):
            uri = f"file:///nowhere/range_{i}.py"
            s.open(uri, BUG)
            s.change(uri, 2, {"range": wrong, "text": "x"})
            s.wait_idle()
            assert any(uri in text and "does not fit" in text for text in s.said), (wrong, s.said)
            assert not s.diagnostics.get(uri), wrong
            s.change(uri, 3, {"text": BUG})
            s.wait_idle()
            assert len(s.diagnostics[uri]) == 1, wrong
        s.open(URI, BUG)
        for wrong in (span(0, 0, "0", 0), span(0, 0, 0, None), {"start": 1, "end": 2}, [], "x"):
            s.change(URI, 2, {"range": wrong, "text": "x"})
        # Past the end is the end.
        for version, far in enumerate((2**31, 2**32, 2**53, 2**63 - 1), 2):
            s.change(URI, version, {"range": span(far, far, far, far), "text": "#"})
        for method in ("hover", "documentHighlight", "codeAction", "references", "prepareCallHierarchy"):
            for place in (position(-1, -1), position(2**63, 2**63), position(1.5, 0), position("a", []), None):
                answer = s.request(f"textDocument/{method}", {"textDocument": {"uri": URI}, "position": place,
                                                              "range": {"start": place, "end": place}, "context": {}})
                assert "result" in answer or answer["error"]["code"] in (-32602, -32803), (method, place, answer)
        s.wait_idle()
        assert len(s.diagnostics[URI]) == 1
        expect_works(s)


@case
def versions_that_go_backwards():
    with server() as s:
        s.open(URI, "", 10)
        for version in (9, -5, 0, 2**31, None, 3):
            s.change(URI, version, {"text": BUG})
        s.wait_idle()
        assert len(s.diagnostics[URI]) == 1
        expect_works(s)


@case
def two_folders_that_are_one():
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name).resolve()
        (top / "real").mkdir()
        (top / "real" / "shop.py").write_text(BUG)
        (top / "link").symlink_to("real")
        with server(top / "real", top / "link") as s:
            s.wait_idle()
            there, here = ((top / folder / "shop.py").as_uri() for folder in ("real", "link"))
            s.open(here, BUG)
            s.wait_idle()
            assert len(s.diagnostics[here]) == 1, s.diagnostics
            # Were it two modules of one name, each would say what the other does.
            files = {step["location"]["uri"] for step in s.diagnostics[here][0]["relatedInformation"]}
            assert len(files) == 1, files
            s.close(here)
            s.wait_idle()
            assert not (s.diagnostics.get(here) and s.diagnostics.get(there)), "the same file has diagnostics twice"
            expect_works(s)


@case
def folder_without_permission():
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name).resolve()
        top.chmod(0o755)
        (top / "closed").mkdir()
        (top / "closed" / "shop.py").write_text(BUG)
        (top / "unreadable.py").write_text(BUG)
        (top / "unreadable.py").chmod(0)
        (top / "closed").chmod(0)
        shutil.copy(PROGRAM, top / "threadlint")  # where anybody may start it
        as_nobody = {"preexec_fn": lambda: (os.setgid(65534), os.setuid(65534))} if os.geteuid() == 0 else {}
        if "TSAN_OPTIONS" in os.environ:  # its file may be where nobody may read it
            shutil.copy(os.environ["TSAN_OPTIONS"].removeprefix("suppressions="), top / "suppressions")
            as_nobody["env"] = {**os.environ, "TSAN_OPTIONS": f"suppressions={top}/suppressions"}
        try:
            log = (top.parent / (top.name + ".log")).open("w+b")
            with Server([str(top / "threadlint")], [top, top / "closed", top / "missing"], stderr=log, **as_nobody) as s:
                s.wait_idle()
                expect_works(s, (top / "next.py").as_uri())
            log.seek(0)
            said = log.read().decode()
            assert "closed` is not searched: permission denied" in said.lower(), said
            assert "unreadable.py` is not read: permission denied" in said.lower(), said
        finally:
            os.unlink(log.name)
            (top / "closed").chmod(0o755)


@case
def full_disk_for_the_log():
    if not os.path.exists("/dev/full"):
        return "there is no /dev/full here"
    with Server([PROGRAM, "server", "--log-level", "debug", "--log-file", "/dev/full"]) as s:
        expect_works(s)
        assert s.quit() == 0


@case
def kill_in_the_middle():
    """Of a server: the next one knows nothing of it. Of `check --fix`: each file is the old or the new one, never half."""
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name).resolve()
        old = BUG + "# " + "x" * 100_000 + "\n"
        for i in range(40):
            (top / f"shop_{i}.py").write_text(old)
        sample = top / "sample.py"
        sample.write_text(old)
        subprocess.run([PROGRAM, "check", "--fix", "--unsafe-fixes", sample], stdout=subprocess.DEVNULL, check=False)
        new = sample.read_text()
        assert new != old, "nothing to fix: the test shows nothing"
        chance = random.Random(5)
        for _ in range(3 if SANITIZED else 12):
            for i in range(40):
                (top / f"shop_{i}.py").write_text(old)
            fixing = subprocess.Popen([PROGRAM, "check", "--fix", "--unsafe-fixes", top], stdout=subprocess.DEVNULL)
            with server(top) as s:
                s.open((top / "shop_1.py").as_uri(), BUG)
                time.sleep(chance.random() * 0.3)
                s.process.send_signal(signal.SIGKILL)
            fixing.kill()
            fixing.wait()
            halves = [path for path in top.glob("shop_*.py") if path.read_text() not in (old, new)]
            assert not halves, halves
            (top / "shop_1.py").write_text(old)
        with server(top) as s:
            expect_works(s)
            assert s.quit() == 0


def main():
    failed = 0
    for each in cases:
        if SANITIZED and each is document_of_200_mb:
            continue
        begin = time.monotonic()
        try:
            note = each()
            print(f"ok    {each.__name__}, {time.monotonic() - begin:.1f} s{', ' + note if note else ''}", flush=True)
        except Exception as error:  # the next case is another server
            failed += 1
            print(f"WRONG {each.__name__}: {type(error).__name__}: {str(error)[:2000]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
