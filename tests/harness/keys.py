"""An authority for a test, and the stores of keys and certificates that servers and clients are given."""
import os
import ssl
import subprocess
import time
from pathlib import Path

PASSWORD = "changeit"


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class Keys:
    """An authority, and stores of what it has issued."""

    EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")

    def __init__(self, directory, name="Test CA"):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.ca = self.directory / "ca.pem"
        run("openssl", "req", "-x509", *self.EC, "-keyout", self.store("ca", "key"), "-out", self.ca, "-subj",
            f"/CN={name}", "-days", "30")

    def store(self, name, kind="pem"):
        return self.directory / f"{name}.{kind}"

    def issue(self, name, subject, hosts="IP:127.0.0.1,DNS:localhost", extensions="", serial=None):
        """name.pem: the key and its certificate, for this machine or those hosts. `extensions`: more of them, a line each."""
        request, key, signed = (self.store(name, kind) for kind in ("request", "key", "signed"))
        run("openssl", "req", "-new", "-utf8", *self.EC, "-keyout", key, "-out", request, "-subj", subject)
        self.store(name, "ext").write_text(f"subjectAltName={hosts}\n{extensions}")
        run("openssl", "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.store("ca", "key"), "-set_serial",
            serial or time.time_ns(), "-extfile", self.store(name, "ext"), "-out", signed, "-days", "30")
        self.store(name, "new").write_text(key.read_text() + signed.read_text())
        os.replace(self.store(name, "new"), self.store(name))

    def keytool(self, name, kind, type_name):
        """The same in a store of Java's, and a trust store beside it."""
        self.store(name, kind).unlink(missing_ok=True)
        run("keytool", "-importkeystore", "-srckeystore", self.pkcs12(name, "bundle"), "-srcstorepass", PASSWORD,
            "-destkeystore", self.store(name, kind), "-deststoretype", type_name, "-deststorepass", PASSWORD, "-noprompt")
        trust = self.store(f"{name}-trust", kind)
        trust.unlink(missing_ok=True)
        run("keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", self.ca, "-storetype", type_name, "-keystore",
            trust, "-storepass", PASSWORD)
        return self.store(name, kind), trust

    def pkcs12(self, name, kind="p12"):
        """The same in a store that OpenSSL makes."""
        run("openssl", "pkcs12", "-export", "-in", self.store(name), "-certfile", self.ca, "-name", name, "-passout",
            f"pass:{PASSWORD}", "-out", self.store(name, kind))
        return self.store(name, kind)

    def context(self, name=None):
        """A client's: what it shows, and that it believes this authority."""
        context = ssl.create_default_context(cafile=self.ca)
        context.check_hostname = False
        if name:
            context.load_cert_chain(self.store(name))
        return context

    def quorum_settings(self, name, kind="pem"):
        """ssl.quorum.* of a server that shows `name`, from stores of that kind."""
        key, trust = self.store(name), self.ca
        if kind == "jks":
            key, trust = self.keytool(name, "jks", "JKS")
        elif kind == "p12":
            key = self.pkcs12(name)
        settings = {"ssl.quorum.keyStore.location": key, "ssl.quorum.trustStore.location": trust}
        if kind != "pem":
            settings["ssl.quorum.keyStore.password"] = PASSWORD
        if kind == "jks":
            settings["ssl.quorum.trustStore.password"] = PASSWORD
        return settings
