"""Those who get messages: a web server and a mail server on loopback, as real as they come."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.end_to_end.conftest import free_port


class WebReceiver:
    """Takes what apprise posts to json://. status: what it answers."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.tries = 0
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.tries += 1
                if receiver.status == 200:
                    receiver.got.append(json.loads(body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"json://127.0.0.1:{self._server.server_port}/"

    @property
    def text(self) -> str:
        return "\n".join(each["message"] for each in self.got)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class MailReceiver:
    """A mail server that knows one user."""

    USER, PASSWORD = "mara@home.test", "p&ss:w/rd@1"

    def __init__(self) -> None:
        self.got: list[tuple[list[str], str]] = []
        self.port = free_port()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, authenticator=self._knows,
            auth_required=True, auth_require_tls=False,
        )  # fmt: skip
        self._controller.start()

    def _knows(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any
    ) -> AuthResult:
        wanted = LoginPassword(self.USER.encode(), self.PASSWORD.encode())
        return AuthResult(success=data == wanted)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        text = content.decode() if isinstance(content, bytes) else str(content)
        self.got.append((list(envelope.rcpt_tos), text))
        return "250 OK"

    def close(self) -> None:
        self._controller.stop()
