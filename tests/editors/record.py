"""record.py FILE PROGRAM ARGUMENT...: runs a language server, and writes what its client says in `initialize` to FILE.

What differs from run to run is left out: numbers of processes, and where the project is. README.md says how it is used.
"""

import json
import os
import pathlib
import subprocess
import sys
import threading


def read_message(stream):
    """The bytes of the first message, and its JSON."""
    header = b""
    while not header.endswith(b"\r\n\r\n"):
        byte = stream.read(1)
        if not byte:
            sys.exit("record.py: the client says nothing")
        header += byte
    lengths = [line for line in header.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    body = stream.read(int(lengths[0].split(b":")[1]))
    return header + body, json.loads(body)


def without_places(value, places):
    """The project is called `/shop` wherever it is, and what begins with another place loses that."""
    if isinstance(value, dict):
        return {name: without_places(member, places) for name, member in value.items()}
    if isinstance(value, list):
        return [without_places(member, places) for member in value]
    if isinstance(value, str):
        for place, name in places:
            value = value.replace(place, name)
    return value


def profile(params):
    if "processId" in params:
        params["processId"] = None
    home = os.environ.get("HOME", "/nowhere")
    return without_places(params, [(os.getcwd(), "/shop"), (os.path.realpath(os.getcwd()), "/shop"), (home, "/home")])


def pump(source, target):
    while data := source.read1(65536):
        target.write(data)
        target.flush()
    target.close()


def main():
    file, *command = sys.argv[1:]
    first, message = read_message(sys.stdin.buffer)
    text = json.dumps(profile(message["params"]), indent=1, ensure_ascii=False, sort_keys=True)
    pathlib.Path(file).write_text(text + "\n", encoding="utf-8")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        threading.Thread(target=pump, args=(server.stdout, sys.stdout.buffer), daemon=True).start()
        server.stdin.write(first)
        server.stdin.flush()
        pump(sys.stdin.buffer, server.stdin)
    sys.exit(server.returncode)


if __name__ == "__main__":
    main()
