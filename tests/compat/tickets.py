#!/usr/bin/python3
"""SASL GSSAPI: tickets of a KDC that the test starts, clients of others (kazoo, Java's), and the wire itself. What is not
Paddock's own passes against Apache ZooKeeper too.

  tickets.py SERVER [--directory DIR] [test names]
"""
import base64
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import kerberos as gss
from harness import cases
from harness.cases import ServerCase
from harness.jute import Writer
from harness.kerberos import REALM, Kdc
from harness.wire import Closed, Session
from security import AUTHFAILED, SASL_PROVIDER, zkcli

TOP = Path(__file__).resolve().parents[2]
BOB = f"bob@{REALM}"


def exchange(session, token):
    """What the server answers to a token: error, token."""
    zxid, err, reader = session.call("sasl", Writer().buffer(token).bytes())
    return err, reader.buffer() if err == 0 else None


class Kerberos(ServerCase):
    @classmethod
    def setUpClass(cls):
        cls.kdc = Kdc(cases.options.directory.resolve() / "kdc").start()
        cls.addClassCleanup(cls.kdc.kill)
        cls.keytab = cls.kdc.add("zookeeper/localhost")
        cls.caches = {}
        for name in ("bob", "alice", "app/a.example"):
            cls.kdc.add(name)
            cls.caches[name] = cls.kdc.tickets(name)
        cls.kdc.add("other/localhost")
        os.environ["KRB5_CONFIG"] = str(cls.kdc.config)

    def server(self, settings=None, defines=None, login=None):
        path = self.directory / "server.jaas"
        path.write_text(login or self.kdc.login("Server", f"zookeeper/localhost@{REALM}", self.keytab))
        return self.make_server({**SASL_PROVIDER, **(settings or {})},
                                {"java.security.auth.login.config": path, "java.security.krb5.conf": self.kdc.config,
                                 **(defines or {})}, environment={"KRB5_CONFIG": str(self.kdc.config)})

    def become(self, name):
        os.environ["KRB5CCNAME"] = self.caches.get(name, f"FILE:{self.directory}/none")

    def kazoo(self, server, name, **options):
        from kazoo.client import KazooClient
        self.become(name)
        client = KazooClient(f"localhost:{server.port}", sasl_options={"mechanism": "GSSAPI", **options})
        self.addCleanup(client.close)
        self.addCleanup(client.stop)
        client.start(timeout=20)
        return client

    def context(self, name, service="zookeeper@localhost"):
        """Half of an exchange, and its first token."""
        self.become(name)
        _, context = gss.authGSSClientInit(service, gssflags=gss.GSS_C_MUTUAL_FLAG)
        gss.authGSSClientStep(context, "")
        return context, base64.b64decode(gss.authGSSClientResponse(context))

    def identity(self, server, name):
        """The id of ACLs that a client comes to have."""
        session = Session(server.address)
        self.log_in(session, name)
        _, _, reader = session.call("whoAmI")
        found = dict((reader.text(), reader.text()) for _ in range(reader.int()))
        return found.get("sasl")

    def log_in(self, session, name):
        """The layers that the server offers."""
        context, token = self.context(name)
        err, token = exchange(session, token)
        self.assertEqual(err, 0)
        gss.authGSSClientStep(context, base64.b64encode(token).decode())
        err, token = exchange(session, b"")
        self.assertEqual(err, 0)
        gss.authGSSClientUnwrap(context, base64.b64encode(token).decode())
        layers = base64.b64decode(gss.authGSSClientResponse(context))
        gss.authGSSClientWrap(context, base64.b64encode(b"\1\0\0\0").decode())
        last = exchange(session, base64.b64decode(gss.authGSSClientResponse(context)))
        self.assertEqual(last, (0, None))
        return layers

    def test_three_tokens_are_exchanged_and_no_layer_is_offered(self):
        server = self.server().start()
        layers = self.log_in(Session(server.address), "bob")
        self.assertEqual((len(layers), layers[0]), (4, 1))

    def test_kazoo_logs_in_and_an_acl_means_it(self):
        from kazoo.exceptions import NoAuthError
        from kazoo.security import make_acl
        server = self.server(defines={"zookeeper.superUser": f"app/a.example@{REALM}"}).start()
        bob = self.kazoo(server, "bob")
        bob.create("/mine", b"x", acl=(make_acl("sasl", BOB, all=True),))
        self.assertEqual(bob.get("/mine")[0], b"x")
        with self.assertRaises(NoAuthError):
            self.kazoo(server, "alice").get("/mine")
        self.assertEqual(self.kazoo(server, "app/a.example").get("/mine")[0], b"x")  # the super user

    def test_java_s_client_logs_in(self):
        server = self.server().start()
        client = self.directory / "client.jaas"
        client.write_text(self.kdc.login("Client", BOB, self.kdc.directory / "bob.keytab"))
        self.assertIn(f"sasl: {BOB}", zkcli(("localhost", server.port), "whoami",
                                            f"-Djava.security.auth.login.config={client}",
                                            f"-Djava.security.krb5.conf={self.kdc.config}",
                                            f"-Dzookeeper.server.principal=zookeeper/localhost@{REALM}"))

    def shell(self, server, name, *words):
        """Exit code and all that `paddock` says with the tickets of `name`."""
        self.become(name)
        done = subprocess.run([str(TOP / "build/bin/paddock"), "-s", f"localhost:{server.port}", "-t", "5", *map(str, words)],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_our_client_logs_in_with_tickets_of_kinit(self):
        server = self.server({"sessionRequireClientSASLAuth": "true"}).start()
        self.assertEqual(self.shell(server, "bob", "--kerberos", "create", "/mine", "x", f"sasl:{BOB}:cdrwa"),
                         (0, "Created /mine\n"))
        self.assertEqual(self.shell(server, "bob", "--kerberos", "get", "/mine"), (0, "x\n"))
        self.assertEqual(self.shell(server, "alice", "--kerberos", "get", "/mine")[0], 4)

    def test_our_client_logs_in_with_a_key(self):
        server = self.server().start()
        key = ("--keytab", self.kdc.directory / "alice.keytab", "--principal", f"alice@{REALM}")
        self.assertIn(f"sasl: alice@{REALM}", self.shell(server, "nobody", *key, "whoami")[1])
        self.assertIn(f"sasl: alice@{REALM}",
                      self.shell(server, "nobody", *key, "--service", "zookeeper/localhost", "whoami")[1])

    def test_our_client_says_why_it_has_no_ticket_and_goes_on_to_ask(self):
        server = self.server().start()
        code, said = self.shell(server, "nobody", "--kerberos", "ls", "/")
        self.assertEqual(code, 3, said)
        self.assertRegex(said, "no login: .*No Kerberos credentials available")
        code, said = self.shell(server, "bob", "--kerberos", "--service", "nobody/localhost", "ls", "/")
        self.assertEqual(code, 3, said)
        self.assertRegex(said, "no login: .*nobody/localhost")
        code, said = self.shell(server, "bob", "--principal", BOB, "ls", "/")
        self.assertEqual((code, said), (2, "--kerberos: a login by Kerberos has both a principal and a key table, or neither\n"))

    def test_a_ticket_for_another_service_is_answered_and_closed(self):
        server = self.server().start()
        session = Session(server.address)
        _, token = self.context("bob", "other@localhost")
        self.assertEqual(exchange(session, token)[0], AUTHFAILED)
        with self.assertRaises(Closed):
            session.wire.frame()
        session = Session(server.address)
        self.assertEqual(exchange(session, b"no ticket at all")[0], AUTHFAILED)
        session = Session(server.address)
        self.assertEqual(exchange(session, b"")[0], AUTHFAILED)
        if not self.is_apache:
            server.wait_logged("event=sasl_failed")

    def test_a_token_of_another_connection_proves_nothing(self):
        """Who repeats a ticket gets no further than the token that must be signed."""
        server = self.server().start()
        context, ticket = self.context("bob")
        session, thief = Session(server.address), Session(server.address)
        err, token = exchange(session, ticket)
        self.assertEqual(err, 0)
        gss.authGSSClientStep(context, base64.b64encode(token).decode())
        _, token = exchange(session, b"")
        gss.authGSSClientUnwrap(context, base64.b64encode(token).decode())
        gss.authGSSClientWrap(context, base64.b64encode(b"\1\0\0\0").decode())
        signed = base64.b64decode(gss.authGSSClientResponse(context))
        err, _ = exchange(thief, ticket)
        if err == 0:  # Java's server has a list of the tickets that it has seen
            exchange(thief, b"")
            err, _ = exchange(thief, signed)
        self.assertEqual(err, AUTHFAILED)

    def test_hosts_and_realms_are_removed(self):
        for settings, wanted in (({}, f"app/a.example@{REALM}"),
                                 ({"kerberos.removeHostFromPrincipal": "true"}, f"app@{REALM}"),
                                 ({"kerberos.removeRealmFromPrincipal": "true"}, "app/a.example"),
                                 ({"kerberos.removeHostFromPrincipal": "true", "kerberos.removeRealmFromPrincipal": "true"},
                                  "app")):
            with self.subTest(wanted):
                server = self.server(defines={f"zookeeper.{key}": value for key, value in settings.items()}).start()
                self.assertEqual(self.identity(server, "app/a.example"), wanted)
                server.kill()

    def test_rules_say_what_principals_are_called(self):
        rules = "RULE:[2:$1-$2@$0](app-.*@.*)s/(.*)@.*/$1/ RULE:[1:$1](b.*)s/b/B/g"
        server = self.server(defines={"zookeeper.security.auth_to_local": rules,
                                      "zookeeper.kerberos.removeHostFromPrincipal": "true",
                                      "zookeeper.kerberos.removeRealmFromPrincipal": "true"}).start()
        self.assertEqual(self.identity(server, "app/a.example"), "app-a.example")
        self.assertEqual(self.identity(server, "bob"), "BoB")
        self.assertEqual(self.identity(server, "alice"), f"alice@{REALM}")  # no rule takes it

    def test_a_section_with_passwords_too_is_for_tickets_alone(self):
        both = self.kdc.login("Server", f"zookeeper/localhost@{REALM}", self.keytab)
        both = both.replace("};\n", '  org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="x";\n};\n')
        server = self.server(login=both).start()
        self.assertEqual(exchange(Session(server.address), b"")[0], AUTHFAILED)
        self.assertEqual(self.identity(server, "bob"), BOB)

    def refusal(self, login, **environment):
        """Why Paddock does not start."""
        server = self.server(login=login)
        server.environment.update(environment)
        server.start(wait=False)
        self.assertNotEqual(server.process.wait(20), 0)
        return server.log_path.read_text()

    def test_what_is_missing_is_said_at_the_start(self):
        if self.is_apache:
            self.skipTest("Paddock's own")
        login = self.kdc.login
        keytab = self.kdc.directory / "bob.keytab"
        self.assertIn(f"no key of zookeeper/localhost@{REALM} can be had from {keytab}",
                      self.refusal(login("Server", f"zookeeper/localhost@{REALM}", keytab)))
        self.assertIn("service/host@REALM", self.refusal(login("Server", "zookeeper", self.keytab)))
        self.assertIn("useKeyTab", self.refusal(login("Server", "a/b", self.keytab).replace("useKeyTab=true ", "")))
        self.assertIn("install libsasl2-2, libsasl2-modules-gssapi-mit",
                      self.refusal(login("Server", "zookeeper/localhost", self.keytab), SASL_PATH="/nowhere"))


if __name__ == "__main__":
    cases.main()
