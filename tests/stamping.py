"""A timestamp service on loopback: openssl's, behind a small server, with certificates made here."""

from __future__ import annotations

import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from conftest import need_program

_CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = A service that stamps in tests
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[web]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, serverAuth
[ts]
serial = {folder}/serial
signer_cert = {folder}/{signer}.pem
signer_key = {folder}/{signer}.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Service:
    """What openssl answers; ``answers`` and ``asked`` are for tests that lie and look."""

    def __init__(self, folder, signer="tsa"):
        self._openssl = need_program("openssl")
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(_CONFIG.format(folder=folder, signer=signer))
        self.answers, self.asked, self.status = None, [], 200
        self._key("root")
        self._run(
            "req",
            "-new",
            "-x509",
            "-key",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "30",
            "-config",
            "ts.cnf",
            "-extensions",
            "root",
            "-subj",
            "/CN=A root in tests",
        )
        for name in ("tsa", "web"):
            self._key(name)
            self._run(
                "req", "-new", "-key", f"{name}.key", "-out", f"{name}.csr", "-config", "ts.cnf"
            )
            self._run(
                "x509",
                "-req",
                "-in",
                f"{name}.csr",
                "-CA",
                "root.pem",
                "-CAkey",
                "root.key",
                "-set_serial",
                "7",
                "-days",
                "30",
                "-extfile",
                "ts.cnf",
                "-extensions",
                name,
                "-out",
                f"{name}.pem",
            )

    def _key(self, name):
        self._run(
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            f"{name}.key",
        )

    def _run(self, *words):
        subprocess.run([self._openssl, *words], cwd=self._folder, check=True, capture_output=True)

    @property
    def roots(self):
        """The root certificate, in PEM."""
        return (self._folder / "root.pem").read_bytes()

    @property
    def root_file(self):
        return self._folder / "root.pem"

    def answer(self, question):
        """The answer to a question in DER."""
        self.asked.append(question)
        (self._folder / "question").write_bytes(question)
        self._run(
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-section",
            "ts",
            "-queryfile",
            "question",
            "-out",
            "answer",
        )
        return (self._folder / "answer").read_bytes()


@contextmanager
def serving(service):
    """The service at an address of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            service.headers = dict(self.headers)
            content = service.answer(question) if service.answers is None else service.answers
            self.send_response(service.status)
            if service.status in {301, 302, 307}:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
