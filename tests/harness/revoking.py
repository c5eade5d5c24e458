"""An authority that revokes what it has issued, and tells so over HTTP: by a list (CRL) and as an OCSP responder."""
import base64
import http.server
import threading
import time
from urllib.parse import unquote

from .keys import Keys, run

DAY = 24 * 3600


class RevokingKeys(Keys):
    """`host`: where it is told, as "127.0.0.1:PORT"."""

    def __init__(self, directory, host):
        super().__init__(directory)
        self.host = host
        self.entries = {}  # name -> [status, when revoked, serial, subject]
        self.serial = 0x1000

    def issue_told(self, name, subject, crl="/list", ocsp=None, **more):
        """Its certificate says that its standing is told there; a path that is None: it does not say."""
        self.serial += 1
        extensions = f"crlDistributionPoints=URI:http://{self.host}{crl}\n" if crl else ""
        extensions += f"authorityInfoAccess=OCSP;URI:http://{self.host}{ocsp}\n" if ocsp else ""
        self.issue(name, subject, extensions=extensions, serial=self.serial, **more)
        self.entries[name] = ["V", "", f"{self.serial:04X}", subject]

    def revoke(self, name):
        self.entries[name][:2] = ["R", _time(-60)]

    def list(self):
        self.write_index()
        config, crl = self.store("authority", "conf"), self.store("authority", "crl")
        config.write_text(f"[ca]\ndefault_ca=own\n[own]\ndatabase={self.store('index', 'txt')}\ndefault_md=sha256\n"
                          "default_crl_days=1\n")
        run("openssl", "ca", "-gencrl", "-config", config, "-keyfile", self.store("ca", "key"), "-cert", self.ca, "-out", crl)
        run("openssl", "crl", "-in", crl, "-outform", "DER", "-out", self.store("authority", "der"))
        return self.store("authority", "der").read_bytes()

    def answer(self, request):
        self.write_index()
        asked, told = self.store("ocsp", "request"), self.store("ocsp", "response")
        asked.write_bytes(request)
        run("openssl", "ocsp", "-index", self.store("index", "txt"), "-CA", self.ca, "-rsigner", self.ca, "-rkey",
            self.store("ca", "key"), "-reqin", asked, "-respout", told, "-ndays", "1")
        return told.read_bytes()

    def write_index(self):
        self.store("index", "txt").write_text("".join(
            f"{status}\t{_time(DAY)}\t{revoked}\t{serial}\tunknown\t{subject}\n"
            for status, revoked, serial, subject in self.entries.values()))


def _time(seconds):
    return time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + seconds))


class Teller:
    """An HTTP server on that port: `pages` are functions of what was posted, by path. It counts what was asked."""

    def __init__(self, port):
        self.pages = {}
        self.asked = []
        teller = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                # Java sends a short OCSP request as a part of the path (RFC 6960, A.1).
                name, _, said = self.path[1:].partition("/")
                posted = self.rfile.read(int(self.headers.get("Content-Length", 0))) or base64.b64decode(unquote(said))
                teller.asked.append(f"/{name}")
                page = teller.pages.get(f"/{name}")
                body = page(posted) if page else b""
                self.send_response(200 if page else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
