#!/usr/bin/python3
"""TLS and authentication, with stores that keytool makes and clients that others wrote. What is not Paddock's own
passes against Apache ZooKeeper too.

  security.py SERVER [--directory DIR] [test names]
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.jute import Writer
from harness.keys import PASSWORD, Keys, run
from harness.servers import APACHE, apache_classpath, free_port
from harness.tls import TlsWire
from harness.wire import OPS, Closed, Session, create_body, four_letter, path_body

TOP = Path(__file__).resolve().parents[2]
NETTY = {"serverCnxnFactory": "org.apache.zookeeper.server.NettyServerCnxnFactory"}
SUBJECT = "/C=DE/O=Clients/OU=a, b/CN=bob"
DN = "CN=bob,OU=a\\, b,O=Clients,C=DE"  # as Java writes it
SASL_PROVIDER = {"authProvider.1": "org.apache.zookeeper.server.auth.SASLAuthenticationProvider"}
NOAUTH, AUTHFAILED, REQUIRES_AUTH = -102, -115, -124


class TlsSession(Session):
    def __init__(self, address, context):
        self.context = context
        super().__init__(address, 10000)

    def connect(self, address, timeout):
        return TlsWire(address, timeout, self.context)


def identities(session):
    _, err, reader = session.call("whoAmI")
    assert err == 0, err
    return [(reader.text(), reader.text()) for _ in range(reader.int())]


class Tls(ServerCase):
    def setUp(self):
        super().setUp()
        self.keys = Keys(self.directory / "keys")
        self.keys.issue("server", "/CN=server")
        self.keys.issue("bob", SUBJECT)
        self.secure = ("127.0.0.1", free_port())

    def settings(self, **more):
        settings = dict(NETTY, secureClientPort=self.secure[1], secureClientPortAddress="127.0.0.1")
        settings.update({"ssl.keyStore.location": self.keys.store("server"), "ssl.trustStore.location": self.keys.ca,
                         "ssl.clientHostnameVerification": "false"})
        if self.is_apache:
            settings["ssl.hostnameVerification"] = "false"  # 3.8 has no word for the client's alone
        settings.update(more)
        return settings

    def start(self, settings, defines=None):
        server = self.make_server(settings, defines).start()
        deadline = time.monotonic() + 30  # 3.9.5 serves its plain port first
        while time.monotonic() < deadline:
            try:
                socket.create_connection(self.secure).close()
                return server
            except ConnectionRefusedError:
                time.sleep(0.05)
        self.fail(f"nobody listens on {self.secure}: {server.log_tail()}")

    def context(self, certificate="bob"):
        return self.keys.context(certificate)

    def test_a_client_is_named_by_its_certificate_as_java_writes_it_and_may_be_meant_by_an_acl(self):
        self.start(self.settings())
        session = TlsSession(self.secure, self.context())
        self.assertIn(("x509", DN), identities(session))
        self.assertEqual(session.call("create", create_body("/mine", acl=[(31, "auth", "")]))[1], 0)
        reader = session.call("getACL", path_body("/mine")[:-1])[2]
        self.assertEqual((reader.int(), reader.int(), reader.text(), reader.text()), (1, 31, "x509", DN))
        self.keys.issue("eve", "/CN=eve")
        other = TlsSession(self.secure, self.context("eve"))
        self.assertEqual(other.call("getData", path_body("/mine"))[1], NOAUTH)

    def test_whoever_shows_no_certificate_gets_no_session(self):
        self.start(self.settings())
        with self.assertRaises((Closed, OSError)):
            TlsSession(self.secure, self.context(None))

    def test_a_certificate_that_is_only_wanted_may_be_missing(self):
        self.start(self.settings(**{"ssl.clientAuth": "want"}))
        self.assertNotIn("x509", dict(identities(TlsSession(self.secure, self.context(None)))))
        self.assertIn(("x509", DN), identities(TlsSession(self.secure, self.context())))

    def test_the_super_user_of_x509_may_do_everything(self):
        self.start(self.settings(), {"zookeeper.X509AuthenticationProvider.superUser": DN})
        session = TlsSession(self.secure, self.context())
        nobody = [(31, "digest", "u:nobody")]
        self.assertEqual(session.call("create", create_body("/closed", acl=nobody))[1], 0)
        self.assertEqual(session.call("getData", path_body("/closed"))[1], 0)

    def test_keys_are_read_from_every_kind_of_store_that_keytool_makes(self):
        for kind in ("jks", "pkcs12"):
            with self.subTest(kind):
                store, trust = self.keys.keytool("server", {"pkcs12": "p12"}.get(kind, kind), kind.upper())
                server = self.start(self.settings(**{
                    "ssl.keyStore.location": store, "ssl.keyStore.password": PASSWORD,
                    "ssl.trustStore.location": trust, "ssl.trustStore.password": PASSWORD}))
                self.assertIn(("x509", DN), identities(TlsSession(self.secure, self.context())))
                server.kill()

    def test_one_port_for_both(self):
        server = self.start(self.settings(**{"client.portUnification": "true"}))
        self.assertIn(("x509", DN), identities(TlsSession(server.address, self.context())))
        self.assertNotIn("x509", dict(identities(Session(server.address))))
        self.assertIn("Mode: standalone", four_letter(server.address, "srvr"))

    def test_protocols_are_those_that_are_enabled(self):
        self.start(self.settings(**{"ssl.enabledProtocols": "TLSv1.2"}))
        context = self.context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        with self.assertRaises((Closed, OSError)):
            TlsSession(self.secure, context)
        self.assertEqual(TlsSession(self.secure, self.context()).wire.socket.version(), "TLSv1.2")

    def test_renewed_certificates_are_taken_within_ten_seconds_and_nobody_is_dropped(self):
        if cases.options.server == APACHE:
            self.skipTest("3.8 reads them once")
        self.start(self.settings(**{"client.certReload": "true"}))
        before = TlsSession(self.secure, self.context())
        self.keys.issue("server", "/CN=renewed")
        deadline = time.monotonic() + 10
        subject = None
        while subject != "renewed" and time.monotonic() < deadline:
            time.sleep(0.2)
            shown = TlsSession(self.secure, self.context()).wire.socket.getpeercert()
            subject = dict(pair[0] for pair in shown["subject"])["commonName"]
        self.assertEqual(subject, "renewed")
        self.assertEqual(before.call("getData", path_body("/"))[1], 0)

    def test_a_server_without_a_key_says_so_and_does_not_start(self):
        if self.is_apache:
            self.skipTest("our words")
        server = self.make_server(self.settings(**{"ssl.keyStore.location": "/nowhere.pem"}))
        with self.assertRaisesRegex(RuntimeError, "ssl.keyStore.location: /nowhere.pem: cannot be read"):
            server.start()

    def test_zkcli_over_tls(self):
        # A server of 3.9 takes TLSv1.3 alone if nothing is said, which a client of 3.8 does not speak.
        self.start(self.settings(**{"ssl.enabledProtocols": "TLSv1.2,TLSv1.3"}))
        output = zkcli(self.secure, "whoami", "-Dzookeeper.client.secure=true",
                       "-Dzookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty",
                       f"-Dzookeeper.ssl.keyStore.location={self.keys.store('bob')}",
                       f"-Dzookeeper.ssl.trustStore.location={self.keys.ca}")
        self.assertIn(f"x509: {DN}", output)

    def test_kazoo_over_tls(self):
        from kazoo.client import KazooClient
        self.start(self.settings())
        pem = str(self.keys.store("bob"))
        client = KazooClient(f"127.0.0.1:{self.secure[1]}", use_ssl=True, ca=str(self.keys.ca), certfile=pem,
                             keyfile=pem, verify_certs=True)
        client.start(timeout=20)
        self.addCleanup(client.stop)
        data = os.urandom(900000)
        client.create("/large", data)
        self.assertEqual(client.get("/large")[0], data)


    def shell(self, *words, **environment):
        """Exit code and all that `paddock` says."""
        done = subprocess.run([str(TOP / "build/bin/paddock"), "-s", "%s:%d" % self.secure, "-t", "5", *map(str, words)],
                              capture_output=True, text=True, timeout=60, env={**os.environ, **environment})
        return done.returncode, done.stdout + done.stderr

    def test_our_client_shows_its_certificate_and_believes_its_authority_alone(self):
        self.start(self.settings())
        ours = ("--ca", self.keys.ca, "--cert", self.keys.store("bob"))
        self.assertEqual(self.shell(*ours, "create", "/over-tls", "x"), (0, "Created /over-tls\n"))
        self.assertIn(f"x509: {DN}", self.shell(*ours, "whoami")[1])
        store, trust = self.keys.keytool("bob", "jks", "JKS")
        self.assertIn(f"x509: {DN}", self.shell("--ca", trust, "--cert", store, "whoami",
                                                PADDOCK_STORE_PASSWORD=PASSWORD)[1])
        strangers = Keys(self.directory / "strangers", "Stranger CA")
        code, said = self.shell("--ca", strangers.ca, "--cert", self.keys.store("bob"), "ls", "/")
        self.assertEqual(code, 3, said)
        self.assertIn("its certificate is refused: ", said)
        code, said = self.shell("--ca", "/nowhere.pem", "ls", "/")
        self.assertEqual((code, said), (2, "trusted certificates: /nowhere.pem: cannot be read: "
                                           "No such file or directory\n"))

    def test_the_bench_takes_the_same_way(self):
        """Answers of many records of TLS and of many in one, and a server that is nobody's."""
        self.start(self.settings())
        ours = ("--ca", self.keys.ca, "--cert", self.keys.store("bob"))
        load = ("--warmup", "0", "--duration", "1", "--keys", "10", "--connections", "2", "--inflight", "8")
        for size in (10, 100_000):
            with self.subTest(size):
                code, said = self.shell(*ours, "-o", "json", "bench", *load, "--size", size)
                self.assertEqual(code, 0, said)
                self.assertEqual(json.loads(said)["errors"], 0)
                self.assertGreater(json.loads(said)["count"], 100)
        strangers = Keys(self.directory / "strangers", "Stranger CA")
        code, said = self.shell("--ca", strangers.ca, "--cert", self.keys.store("bob"), "bench", *load)
        self.assertEqual(code, 3, said)
        self.assertIn("its certificate is refused: ", said)
        self.assertEqual(self.shell("bench", *load)[0], 3)

    def test_our_client_holds_a_server_to_its_name(self):
        self.keys.issue("server", "/CN=server", "DNS:elsewhere.example.com")
        self.start(self.settings())
        ours = ("--ca", self.keys.ca, "--cert", self.keys.store("bob"))
        code, said = self.shell(*ours, "ls", "/")
        self.assertEqual(code, 3, said)
        self.assertIn("its certificate is refused: IP address mismatch", said)
        self.assertEqual(self.shell(*ours, "--any-host", "ls", "/"), (0, "[zookeeper]\n"))

    def test_our_client_takes_the_configuration_of_javas(self):
        self.start(self.settings())
        configuration = self.directory / "client.cfg"
        password = self.directory / "password"
        password.write_text(f"{PASSWORD}\n")
        configuration.write_text(f"""# as zkCli takes it
zookeeper.client.secure=true
zookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty
zookeeper.ssl.keyStore.location={self.keys.pkcs12("bob")}
zookeeper.ssl.keyStore.passwordPath={password}
zookeeper.ssl.trustStore.location = {self.keys.ca}
""")
        self.assertIn(f"x509: {DN}", self.shell("-client-configuration", configuration, "whoami")[1])


class EnsembleName(ServerCase):
    """A client says which ensemble it means."""

    PROVIDER = {"authProvider.1": "org.apache.zookeeper.server.auth.EnsembleAuthenticationProvider"}

    def say(self, server, name):
        session = Session(server.address)
        session.wire.send(Writer().int(-4).int(OPS["auth"]).int(0).text("ensemble").buffer(name).bytes())
        return session, session.reply()[:3]

    def test_a_client_of_another_ensemble_is_closed_without_an_answer(self):
        server = self.make_server({**self.PROVIDER, "ensembleAuthName": "north, south"}).start()
        for name in (b"north", b"south", b"", None):
            with self.subTest(name):
                session, reply = self.say(server, name)
                self.assertEqual(reply, (-4, 0, 0))
                self.assertEqual(session.call("create", create_body("/a", acl=[(31, "ensemble", "north")]))[1], -114)
                self.assertEqual(session.call("getData", path_body("/"))[1], 0)
        for name in (b"south ", b"NORTH", b"north, south", b"a\nb"):
            with self.subTest(name), self.assertRaises(Closed):
                self.say(server, name)
        if not self.is_apache:
            server.wait_logged('event=unexpected_ensemble name="south " address=127.0.0.1')

    def test_without_a_name_any_is_right(self):
        self.assertEqual(self.say(self.make_server(self.PROVIDER).start(), b"any")[1], (-4, 0, 0))

    def test_without_the_provider_the_scheme_is_unknown(self):
        server = self.make_server({"ensembleAuthName": "north"}).start()
        self.assertEqual(self.say(server, b"north")[1], (-4, 0, AUTHFAILED))


def zkcli(address, command, *defines):
    done = subprocess.run(["java", "-Dzookeeper.root.logger=OFF", *defines, "-cp", apache_classpath(),
                           "org.apache.zookeeper.ZooKeeperMain", "-server", f"{address[0]}:{address[1]}",
                           *command.split()], capture_output=True, text=True, timeout=300)
    return done.stdout + done.stderr


class Login(ServerCase):
    """SASL DIGEST-MD5, and what may be demanded before anything is served."""

    def jaas(self, section, module_options):
        path = self.directory / f"{section}.jaas"
        path.write_text(f"{section} {{\n  org.apache.zookeeper.server.auth.DigestLoginModule required\n"
                        f"  {module_options};\n}};\n")
        return path

    def start(self, settings=None, defines=None):
        login = self.jaas("Server", 'user_bob="secret" user_admin="hidden"')
        return self.make_server({**SASL_PROVIDER, **(settings or {})},
                                {"java.security.auth.login.config": login, **(defines or {})}).start()

    def kazoo(self, server, user="bob", password="secret"):
        from kazoo.client import KazooClient
        client = KazooClient(f"127.0.0.1:{server.port}", sasl_options={"mechanism": "DIGEST-MD5", "username": user,
                                                                      "password": password})
        self.addCleanup(client.stop)
        client.start(timeout=20)
        return client

    def test_kazoo_logs_in_and_an_acl_means_it(self):
        from kazoo.exceptions import AuthFailedError, NoAuthError
        from kazoo.handlers.threading import KazooTimeoutError
        from kazoo.security import make_acl
        server = self.start()
        bob = self.kazoo(server)
        bob.create("/mine", b"x", acl=(make_acl("sasl", "bob", all=True),))
        self.assertEqual(bob.get("/mine")[0], b"x")
        with self.assertRaises(NoAuthError):
            self.kazoo(server, "admin", "hidden").get("/mine")
        # Where start() is later than the refusal it waits for a connection that there will never be.
        with self.assertRaises((AuthFailedError, KazooTimeoutError)):
            self.kazoo(server, "bob", "guess").exists("/")

    def test_zkcli_logs_in(self):
        server = self.start()
        login = self.jaas("Client", 'username="bob" password="secret"')
        self.assertIn("sasl: bob", zkcli(server.address, "whoami", f"-Djava.security.auth.login.config={login}"))

    def test_our_client_logs_in_and_is_known_by_its_name(self):
        server = self.start({"sessionRequireClientSASLAuth": "true"})

        def shell(password, *words):
            done = subprocess.run([str(TOP / "build/bin/paddock"), "-s", f"127.0.0.1:{server.port}", "--sasl", "bob", *words],
                                  capture_output=True, text=True, timeout=60,
                                  env={**os.environ, "PADDOCK_PASSWORD": password})
            return done.returncode, done.stdout + done.stderr

        self.assertEqual(shell("secret", "create", "/mine", "x", "sasl:bob:cdrwa"), (0, "Created /mine\n"))
        code, said = shell("wrong", "get", "/mine")
        self.assertEqual(code, 4, said)

    def test_a_super_user_of_sasl_may_do_everything(self):
        from kazoo.security import make_acl
        server = self.start(defines={"zookeeper.superUser": "admin"})
        self.kazoo(server).create("/mine", b"x", acl=(make_acl("sasl", "bob", all=True),))
        self.assertEqual(self.kazoo(server, "admin", "hidden").get("/mine")[0], b"x")

    def test_nothing_is_served_before_sasl_where_it_is_required(self):
        server = self.start({"sessionRequireClientSASLAuth": "true"})
        session = Session(server.address)
        self.assertEqual(session.call("getData", path_body("/"))[:2], (0, REQUIRES_AUTH))
        with self.assertRaises(Closed):
            session.wire.frame()
        self.assertTrue(self.kazoo(server).exists("/"))

    def test_nothing_is_served_before_one_of_the_enforced_schemes(self):
        server = self.make_server({"enforce.auth.enabled": "true", "enforce.auth.schemes": "digest"}).start()
        session = Session(server.address)
        self.assertEqual(session.call("getData", path_body("/"))[:2], (0, REQUIRES_AUTH))
        session = Session(server.address)
        session.wire.send(Writer().int(-4).int(100).int(0).text("digest").buffer(b"u:p").bytes())
        self.assertEqual(session.reply()[2], 0)
        self.assertEqual(session.call("getData", path_body("/"))[1], 0)

    def test_a_failed_exchange_is_answered_and_closed(self):
        session = Session(self.start().address)
        _, err, reader = session.call("sasl", Writer().buffer(b"").bytes())
        self.assertEqual(err, 0)
        self.assertRegex(reader.buffer().decode(), r'^realm="zk-sasl-md5",nonce="[^"]+"')
        zxid, err, _ = session.call("sasl", Writer().buffer(b'username="bob"').bytes())
        self.assertEqual((zxid, err), (0, AUTHFAILED))
        with self.assertRaises(Closed):
            session.wire.frame()


if __name__ == "__main__":
    cases.main()
