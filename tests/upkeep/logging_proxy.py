"""A small proxy in front of kiosk, which writes down what it is asked, or does not."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.serving import HOST

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@contextmanager
def proxy_before(kiosk: int, log: Path | None) -> Iterator[int]:
    """For the block a proxy passes requests on to that port; returns its own. With `log` it keeps an access log."""

    class Passing(BaseHTTPRequestHandler):
        """Passes one request on."""

        def do_GET(self) -> None:
            """Ask kiosk the same and hand its answer back."""
            size = int(self.headers.get("Content-Length") or 0)
            behind = http.client.HTTPConnection(HOST, kiosk)
            behind.request(self.command, self.path, self.rfile.read(size) or None, dict(self.headers))
            answer = behind.getresponse()
            body = answer.read()
            behind.close()
            if log:  # before the answer, so that whoever has it finds the line
                with log.open("a", encoding="utf-8") as lines:
                    lines.write(
                        f'{self.client_address[0]} - - [26/Nov/2026:10:20:31] "{self.requestline}" {answer.status} '
                        f'"{self.headers.get("Referer")}" "{self.headers.get("User-Agent")}"\n'
                    )
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer((HOST, 0), Passing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
