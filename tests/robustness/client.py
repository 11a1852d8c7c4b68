"""A language client for scripts: the real program behind pipes, and what the kernel says of its memory."""

import json
import pathlib
import queue
import subprocess
import threading
import time

PATIENCE = 120  # seconds until an answer counts as missing


def framed(message):
    body = json.dumps(message).encode() if not isinstance(message, bytes) else message
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Server:
    """Reads on a thread of its own, answers the server's requests with null, and keeps the latest diagnostics."""

    def __init__(self, command, folders=(), options=None, capabilities=None, reads=True, **process):
        self.process = subprocess.Popen([*command, "server", "--log-level", "info"] if len(command) == 1 else command,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=process.pop("stderr", subprocess.DEVNULL), **process)
        self.last_id = 0
        self.answers = {}
        self.diagnostics = {}  # by URI
        self.said = []  # texts of log messages
        self.on_diagnostics = None  # called with the parameters, on the thread that reads
        self.arrived = queue.Queue()
        self.reader = threading.Thread(target=self.read, daemon=True)
        if reads:
            self.reader.start()
        folders = [{"uri": pathlib.Path(folder).as_uri(), "name": "x"} for folder in folders]
        params = {"processId": None, "rootUri": None, "workspaceFolders": folders,
                  "capabilities": capabilities or CAPABILITIES,
                  "initializationOptions": {"debounceMs": 0, **(options or {})}}
        first = self.ask("initialize", params)
        if reads:
            self.offers = self.answer_to(first)["result"]
        self.notify("initialized", {})

    def read(self):
        stream = self.process.stdout
        while header := stream.readline():
            assert header.startswith(b"Content-Length: "), header
            while stream.readline() != b"\r\n":
                pass  # of other servers: the type of the content
            message = json.loads(stream.read(int(header.split()[1])))
            method = message.get("method")
            if method is None:
                self.arrived.put(message)
            elif "id" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            elif method == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
                if self.on_diagnostics:
                    self.on_diagnostics(message["params"])
            elif method == "window/logMessage":
                self.said.append(message["params"]["message"])
        self.arrived.put(None)

    def send(self, message):
        self.send_bytes(framed(message))

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method, params):
        self.last_id += 1
        self.send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})
        return self.last_id

    def answer_to(self, number, patience=PATIENCE):
        end = time.monotonic() + patience
        while number not in self.answers:
            try:
                message = self.arrived.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no answer to request {number} within {patience} s") from None
            assert message is not None, f"the server ended with {self.process.wait()} instead of an answer"
            self.answers.setdefault(message["id"], message)
        return self.answers.pop(number)

    def request(self, method, params, patience=PATIENCE):
        return self.answer_to(self.ask(method, params), patience)

    def wait_idle(self, patience=PATIENCE):
        answer = self.request("threadlint/idle", None, patience)
        assert "result" in answer, answer

    def open(self, uri, text, version=1):
        document = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri, version, *changes):
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def close(self, uri):
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def memory(self, field="VmRSS"):
        """In MiB. `VmHWM` is the most that there ever was."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split(field + ":")[1].split()[0]) // 1024

    def quit(self):
        """The exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass


CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True, "dataSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
                       "disabledSupport": True},
    },
}
