"""An archive over HTTP, in a process of its own, that misbehaves as a file beside it says, request by request."""

import json
import os
import signal
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MISBEHAVIOURS = ("404", "403", "429", "500", "slow", "cut", "wrong length", "corrupt")


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder; the misbehaviour is for every path that is asked for the n-th time or later."""

    plan: Path
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        plan = json.loads(self.plan.read_text())
        if plan and type(self).asked >= plan["from"] and self.path.split("/")[1] == plan["source"]:
            self._misbehave(plan["how"])
        else:
            super().do_GET()

    def _misbehave(self, how: str) -> None:
        if how.isdigit():
            self.send_error(int(how))
            return
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        body = file.read_bytes()
        if how == "slow":
            time.sleep(0.3)
        if how == "corrupt":
            body = bytes(byte ^ 0x55 for byte in body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (100 if how == "wrong length" else 0)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if how == "cut" else body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Archive:
    """The server; `misbehave` and `behave` change what it does from now on."""

    def __init__(self, root: Path, plan: Path) -> None:
        self._plan = plan
        self.behave()
        handler = type("Handler", (_Handler,), {"plan": plan})
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(root)))
        self.address = f"http://127.0.0.1:{server.server_port}"
        self._process = os.fork()
        if not self._process:
            try:
                server.serve_forever()
            finally:
                os._exit(0)
        server.server_close()

    def misbehave(self, how: str, source: str) -> None:
        """From the next request on, for all files of one source."""
        self._plan.write_text(json.dumps({"how": how, "source": source, "from": 0}))

    def behave(self) -> None:
        """Serve what is there."""
        self._plan.write_text("null")

    def stop(self) -> None:
        """End it."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
