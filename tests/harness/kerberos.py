"""A realm of its own for a test: a KDC in the foreground on a free port, its database and all keys under one directory."""
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .keys import run
from .servers import free_port

REALM = "PADDOCK.TEST"
KERBEROS_MODULE = "com.sun.security.auth.module.Krb5LoginModule"
_ADMIN = "/usr/sbin"


class Kdc:
    def __init__(self, directory):
        self.directory = Path(directory)
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.port = free_port()
        self.config = self.directory / "krb5.conf"
        self.config.write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n rdns = false\n"
            f" dns_canonicalize_hostname = false\n udp_preference_limit = 1\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{self.port}\n }}\n"
            f"[domain_realm]\n localhost = {REALM}\n")
        profile = self.directory / "kdc.conf"
        profile.write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{self.port}\n kdc_tcp_listen = 127.0.0.1:{self.port}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {self.directory}/principals\n  key_stash_file = {self.directory}/stash\n"
            f"  acl_file = {self.directory}/acl\n  supported_enctypes = aes256-cts:normal\n }}\n"
            f"[logging]\n kdc = FILE:{self.directory}/kdc.log\n")
        self.environment = dict(os.environ, KRB5_CONFIG=str(self.config), KRB5_KDC_PROFILE=str(profile))
        run(f"{_ADMIN}/kdb5_util", "create", "-s", "-P", "master", "-r", REALM, env=self.environment)
        self.process = None

    def start(self):
        self.process = subprocess.Popen([f"{_ADMIN}/krb5kdc", "-n"], env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise RuntimeError(f"no KDC: {(self.directory / 'kdc.log').read_text()}")

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def add(self, *principals):
        """Principals, and their keys in one table, whose path is returned."""
        table = self.directory / (principals[0].replace("/", "-") + ".keytab")
        commands = "".join(f"addprinc -randkey {name}\nktadd -k {table} {name}\n" for name in principals)
        run(f"{_ADMIN}/kadmin.local", env=self.environment, input=commands)
        return table

    def tickets(self, principal):
        """The first ticket of one that was added: a cache for KRB5CCNAME."""
        name = principal.replace("/", "-")
        cache = f"FILE:{self.directory}/{name}.cache"
        run("kinit", "-k", "-t", self.directory / f"{name}.keytab", "-c", cache, principal, env=self.environment)
        return cache

    def login(self, section, principal, keytab, more=""):
        """A section of a JAAS file."""
        return (f'{section} {{\n  {KERBEROS_MODULE} required useKeyTab=true storeKey=true keyTab="{keytab}"\n'
                f'  principal="{principal}" {more};\n}};\n')
