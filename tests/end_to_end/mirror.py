"""An HTTP server on loopback that serves files, breaks off, hangs and lies as a test wants it to."""

import http.server
import re
import threading


class Mirror:
    """Serves `files` (path -> bytes). `faults` (path -> dict) says what goes wrong:

    status   this HTTP status and no file
    redirect this address instead of the file
    cut      the connection breaks after so many bytes of the body
    hang     nothing comes any more after so many bytes of the body (-1: not even a header)
    endless  the body goes on for ever, and has no length
    ranges   False: Range is ignored

    `log` has (path, first byte, bytes sent) of every request that got a body."""

    def __init__(self, files, tls=None):
        self.files = files
        self.faults = {}
        self.log = []
        self.asked = []  # every path that was asked for
        self.authorizations = set()
        self.closing = threading.Event()
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                mirror.asked.append(self.path)
                mirror.authorizations.add(self.headers.get("Authorization"))
                self.close_connection = True
                try:
                    mirror.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that refuses the certificate
        scheme = "http"
        if tls:
            scheme = "https"
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request):
        fault = self.faults.get(request.path, {})
        content = self.files.get(request.path)
        if fault.get("hang") == -1:
            self.closing.wait()
            return
        if "status" in fault or content is None:
            request.send_error(fault.get("status", 404))
            return
        if "redirect" in fault:
            request.send_response(302)
            request.send_header("Location", fault["redirect"])
            request.send_header("Content-Length", "0")
            request.end_headers()
            return

        first = 0
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if wanted and fault.get("ranges", True):
            first = int(wanted[1])
            if first >= len(content):
                request.send_error(416)
                return
        request.send_response(206 if first else 200)
        if first:
            request.send_header("Content-Range",
                                f"bytes {first}-{len(content) - 1}/{len(content)}")
        if "endless" not in fault:
            request.send_header("Content-Length", str(len(content) - first))
        request.send_header("Connection", "close")
        request.end_headers()
        limit = fault.get("cut", fault.get("hang", len(content)))
        body = content[first:first + limit]
        self.log.append((request.path, first, len(body)))
        request.wfile.write(body)
        while "endless" in fault:
            request.wfile.write(content)
        if "hang" in fault:
            request.wfile.flush()
            self.closing.wait()
