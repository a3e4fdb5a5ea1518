"""An app's end of webhooks: takes what Jira delivers and finds out whether the app's secret signed it."""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import queue
import threading


class Receiver(http.server.ThreadingHTTPServer):
    def __init__(self, secret):
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret = secret.encode()
        self.delivered = queue.Queue()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks/jira"

    def next(self, seconds=20):
        """Headers and body of the next delivery, once its signature has been found right."""
        headers, body = self.delivered.get(timeout=seconds)
        signed, signature = headers["Authorization"].removeprefix("Bearer ").rsplit(".", 1)
        assert json.loads(decode(signed.split(".")[0]))["alg"] == "HS256"
        assert hmac.compare_digest(decode(signature), hmac.digest(self.secret, signed.encode(), hashlib.sha256))
        return headers, json.loads(body)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.delivered.put((self.headers, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@contextlib.contextmanager
def running(info):
    with Receiver(info["oauth"]["client_secret"]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
