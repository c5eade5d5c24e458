#!/usr/bin/python3
"""Certificates that are revoked (ssl.crl, ssl.ocsp), by an authority that tells so over HTTP. Passes against Apache ZooKeeper
too, but for what is Paddock's own.

  revocation.py SERVER [--directory DIR] [test names]         SERVER: a paddockd, 'apache' or 'apache-3.9.5'
"""
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.revoking import RevokingKeys, Teller
from harness.servers import free_port
from harness.wire import Closed, create_body

import security

PORTS = (29400, 29499)


class Revocation(ServerCase):
    def setUp(self):
        super().setUp()
        port = free_port(*PORTS)
        self.keys = RevokingKeys(self.directory / "keys", f"127.0.0.1:{port}")
        self.keys.issue("server", "/CN=server")
        self.teller = Teller(port)
        self.addCleanup(self.teller.close)
        self.secure = ("127.0.0.1", free_port(*PORTS))

    def start(self, **revocation):
        settings = dict(security.NETTY, secureClientPort=self.secure[1], secureClientPortAddress="127.0.0.1")
        settings.update({"ssl.keyStore.location": self.keys.store("server"), "ssl.trustStore.location": self.keys.ca,
                         "ssl.clientHostnameVerification": "false"})
        if self.is_apache:
            settings["ssl.hostnameVerification"] = "false"
        settings.update({f"ssl.{name}": value for name, value in revocation.items()})
        server = self.make_server(settings, {"zookeeper.fips-mode": "false"}).start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(self.secure).close()
                return server
            except ConnectionRefusedError:
                time.sleep(0.05)
        self.fail(f"nobody listens on {self.secure}: {server.log_tail()}")

    def session(self, name):
        return security.TlsSession(self.secure, self.keys.context(name))

    def assert_served(self, name):
        self.assertEqual(self.session(name).call("create", create_body(f"/by-{name}-{time.time_ns()}"))[1], 0)

    def assert_refused(self, name):
        with self.assertRaises((Closed, OSError, ssl.SSLError)):
            self.session(name)

    def test_who_is_on_the_list_is_refused(self):
        self.keys.issue_told("bob", "/CN=bob")
        self.keys.issue_told("eve", "/CN=eve")
        self.keys.revoke("eve")
        crl = self.keys.list()
        self.teller.pages["/list"] = lambda _: crl
        self.start(crl="true")
        self.assert_served("bob")
        self.assert_refused("eve")
        self.assert_served("bob")
        self.assertEqual(self.teller.asked, ["/list"], "one answer is enough for a while")

    def test_without_the_setting_nobody_is_asked(self):
        self.keys.issue_told("eve", "/CN=eve")
        self.keys.revoke("eve")
        self.start()
        self.assert_served("eve")
        self.assertEqual(self.teller.asked, [])

    def test_what_cannot_be_told_is_refused(self):
        for name, crl in (("silent", None), ("missing", "/missing"), ("nonsense", "/nonsense"), ("foreign", "/foreign")):
            self.keys.issue_told(name, f"/CN={name}", crl)
        other = RevokingKeys(self.directory / "other", self.keys.host)
        foreign = other.list()
        self.teller.pages["/nonsense"] = lambda _: b"nonsense"
        self.teller.pages["/foreign"] = lambda _: foreign
        self.start(crl="true")
        for name in ("silent", "missing", "nonsense", "foreign"):
            with self.subTest(name):
                self.assert_refused(name)

    def test_a_responder_is_asked_first_and_a_list_when_it_does_not_know(self):
        self.keys.issue_told("bob", "/CN=bob", crl=None, ocsp="/ocsp")
        self.keys.issue_told("eve", "/CN=eve", crl="/list", ocsp="/ocsp")
        self.keys.issue_told("ann", "/CN=ann", crl="/list", ocsp="/broken")
        self.keys.issue_told("mallory", "/CN=mallory", crl="/list", ocsp="/broken")
        self.keys.revoke("mallory")
        crl = self.keys.list()
        self.keys.revoke("eve")  # which the list does not know yet
        self.teller.pages.update({"/ocsp": self.keys.answer, "/list": lambda _: crl, "/broken": lambda _: b"broken"})
        self.start(ocsp="true")
        self.assert_served("bob")
        self.assert_refused("eve")
        self.assertEqual(set(self.teller.asked), {"/ocsp"})
        self.assert_served("ann")
        self.assert_refused("mallory")

    def test_others_are_served_while_a_list_is_waited_for(self):
        """Apache ZooKeeper waits on a thread that serves others, too."""
        if self.is_apache:
            self.skipTest("Paddock's own")
        self.keys.issue_told("bob", "/CN=bob")
        self.keys.issue_told("slow", "/CN=slow", crl="/slow")
        crl = self.keys.list()
        asked, told = threading.Event(), threading.Event()

        def slowly(_):
            asked.set()
            told.wait(10)
            return crl
        self.teller.pages.update({"/list": lambda _: crl, "/slow": slowly})
        self.addCleanup(told.set)
        self.start(crl="true")
        self.assert_served("bob")
        patient = threading.Thread(target=lambda: self.assert_served("slow"))
        patient.start()
        self.assertTrue(asked.wait(10))
        for _ in range(5):
            self.assert_served("bob")
        told.set()
        patient.join(10)
        self.assertFalse(patient.is_alive())
        self.assertTrue(self.session("slow").id)


if __name__ == "__main__":
    cases.main()
