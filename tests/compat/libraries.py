#!/usr/bin/python3
"""Programs on the libraries that most clients use, libzookeeper_mt of the C client and the Java client's jar, take all
that those can do to one server and to three: tests/compat/libraries/{c,java}, built here.

  libraries.py SERVER [--directory DIR] [--jars apache-3.9.5] [test names]

SERVER: a paddockd, or 'apache'. --jars: the release of the Java client, Debian's if nothing is said.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
from harness import cases
from harness.cases import ServerCase
from harness.dynamic import DynamicEnsemble
from harness.ensemble import Ensemble
from harness.keys import PASSWORD, Keys
from harness.proxy import Proxy
from harness.servers import apache_classpath, free_port
from security import DN, NETTY, SASL_PROVIDER, SUBJECT

PORTS = (28600, 28799)
SOURCES = HERE / "libraries"
C_LIBRARY = "libzookeeper_mt.so.2"
PATIENCE_S = 120
SHORT = {"tickTime": 200, "maxSessionTimeout": 60000}
REAPING = {"znode.container.checkIntervalMs": 100}


def build(name, command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{name} does not build:\n{done.stdout}{done.stderr}")


class Programs:
    """Both programs, built once. What a machine lacks is said when it is needed."""

    def __init__(self, directory):
        self.directory = directory
        self._c = self._java = None

    def c(self):
        if self._c is None:
            if not Path("/usr/include/zookeeper/zookeeper.h").exists():
                raise RuntimeError("libzookeeper-mt-dev is missing: scripts/install-dependencies test")
            program = self.directory / "c_library"
            flags = ["-std=c11", "-D_GNU_SOURCE", "-DTHREADED", "-O1", "-g", "-Wall", "-Wextra", "-Werror"]
            sources = sorted((SOURCES / "c").glob("*.c"))
            build("the C program", ["gcc", *flags, *sources, "-o", program, "-lzookeeper_mt", "-lpthread"])
            self._c = program
        return [str(self._c)]

    def java(self, *defines):
        jars = apache_classpath(cases.options.jars)
        if self._java is None:
            if shutil.which("javac") is None:
                raise RuntimeError("javac is missing: scripts/install-dependencies test")
            classes = self.directory / "classes"
            flags = ["-Xlint:all,-classfile,-path,-processing,-try", "-Werror", "-cp", jars]
            sources = sorted((SOURCES / "java").glob("*.java"))
            build("the Java program", ["javac", *flags, "-d", classes, *sources])
            self._java = classes
        quiet = [f"-Dlog4j.configuration=file:{SOURCES / 'java' / 'log4j.properties'}",
                 "-Dorg.slf4j.simpleLogger.showDateTime=true"]
        return ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", *quiet,
                *(f"-D{key}={value}" for key, value in defines), "-cp", f"{self._java}:{jars}", "Main"]


def wires(proxy, server=None):
    """What a program asks for while its connection goes through `proxy`, to `server`."""

    def restart():
        server.kill()
        server.start()

    return {"cut": proxy.cut, "refuse": lambda: proxy.cut(refuse=True), "mend": proxy.mend,
            "lose the next reply": proxy.lose_next_reply, "restart": restart}


class Stages:
    """The stages that each of the programs has; `program` is its command."""

    @classmethod
    def setUpClass(cls):
        directory = cases.options.directory.resolve() / cls.__name__
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        cls.programs = Programs(directory)

    def program(self):
        raise NotImplementedError

    def run_stages(self, stages, servers, direct=None, answers=None, program=None, member=0):
        """Runs the program, answers what it asks, and fails with what it says."""
        log = self.directory / "client.log"
        command = [*(program or self.program()), stages, servers, direct or servers, str(member)]
        with open(log, "a") as errors:
            process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                       bufsize=1)
        timer = threading.Timer(PATIENCE_S, process.kill)
        timer.start()
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if line.startswith("ask "):
                    answer = self.answer(line[4:].strip(), answers or {})
                    process.stdin.write(f"{answer or 'done'}\n")
                    process.stdin.flush()
            code = process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
        if code != 0 or said[-1:] != ["done\n"]:
            self.fail(f"ended with {code}:\n{''.join(said)}\n--- {log}\n{tail}")

    def answer(self, words, answers):
        for begin, act in answers.items():
            if words == begin:
                return act()
            if words.startswith(begin + " 0x"):
                return act(words[len(begin) + 1:])
        self.fail(f"the program asks for what this test has not: {words}")

    def standalone(self, settings=None, defines=None):
        return self.make_server({**SHORT, **(settings or {})}, {**REAPING, **(defines or {})}).start()

    def three(self, kind=Ensemble, **more):
        if kind is Ensemble:
            more.setdefault("settings", {})["extendedTypesEnabled"] = "true"
            more["defines"] = {**REAPING, **more.get("defines", {})}
        ensemble = kind(self.directory, [cases.options.server] * 3, ports=PORTS, **more)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def proxied(self, target):
        proxy = Proxy(target)
        self.addCleanup(proxy.close)
        # Twice: the Java client sleeps for a second before it goes round its servers again.
        return proxy, f"{proxy.address},{proxy.address}"

    def test_one_server(self):
        self.run_stages(",".join(self.PLAIN), address(self.standalone()))

    def test_three_servers(self):
        ensemble = self.three()
        # The program's sessions are on a follower and, where it has a second, on the leader.
        self.run_stages(",".join(self.PLAIN), address(ensemble[ensemble.followers()[0]]),
                        address(ensemble[ensemble.wait_leader()]))

    def test_broken_connections(self):
        server = self.standalone()
        proxy, servers = self.proxied(server.address)
        self.run_stages("reconnects,ends", servers, address(server), wires(proxy, server))

    def test_broken_connections_to_one_of_three(self):
        ensemble = self.three()
        servers = ",".join(map(address, ensemble))
        killed = []

        def server_of(session):
            found = [member for member in ensemble if session in member.words("cons")]
            self.assertEqual(len(found), 1, f"{session} is on {found}")
            return found[0]

        def kill_server_of(session):
            killed.append(server_of(session).number)
            ensemble.kill(*killed)

        def others_than(session):
            return ",".join(address(member) for member in ensemble if member is not server_of(session))

        self.run_stages("moves", servers, servers, {
            "kill the server of": kill_server_of, "revive": lambda: ensemble.start(*killed),
            "the other servers than that of": others_than})
        proxy, servers = self.proxied(ensemble[ensemble.followers()[0]].address)
        self.run_stages("ends", servers, address(ensemble[ensemble.wait_leader()]), wires(proxy))

    def test_more_than_jute_maxbuffer(self):
        if self.is_apache:
            self.skipTest("Apache ZooKeeper has both libraries come back with the same for ever")
        server = self.standalone()
        proxy, servers = self.proxied(server.address)
        self.run_stages("crowds", servers, address(server), wires(proxy, server))

    def test_a_server_without_a_quorum(self):
        # Without local sessions ZooKeeper serves nobody who comes then.
        local = {"localSessionsEnabled": "true", "localSessionsUpgradingEnabled": "true"} if self.is_apache else {}
        ensemble = self.three(settings=local, defines={"readonlymode.enabled": "true"})
        alone = ensemble[ensemble.followers()[0]]
        others = [number for number in ensemble.members if number != alone.number]

        def leave_alone():
            ensemble.wait_equal()  # it must have what it is to show
            ensemble.kill(*others)
            ensemble.wait_for("reading only", lambda: alone.words("isro") == "ro")

        def reunite():
            ensemble.start(*others)
            ensemble.wait_for("writing again", lambda: alone.words("isro") == "rw")

        self.run_stages("read_only", ",".join(map(address, ensemble)), None,
                        {"leave one server alone": leave_alone, "reunite": reunite})

    def test_the_configuration(self):
        ensemble = self.three(DynamicEnsemble)
        stays, leaves = ensemble.followers()
        self.run_stages("reconfigures", address(ensemble[stays]), member=leaves)


def address(server):
    return "%s:%d" % server.address


class C(Stages, ServerCase):
    PLAIN = ("creates", "operations", "multis", "asynchronous", "watches", "rights", "chroot")

    def program(self):
        return self.programs.c()

    def test_tls(self):
        if not hasattr(ctypes.CDLL(C_LIBRARY), "zookeeper_init_ssl"):
            self.skipTest(f"{C_LIBRARY} of this machine is built without TLS: it has no zookeeper_init_ssl")
        self.fail(f"{C_LIBRARY} can do TLS now, and nobody has written that stage")


class Java(Stages, ServerCase):
    PLAIN = ("creates", "operations", "multis", "asynchronous", "watches", "persistent_watches", "rights", "chroot")

    def program(self, *defines):
        return self.programs.java(*defines)

    def jaas(self, section, options):
        path = self.directory / f"{section}.jaas"
        module = "org.apache.zookeeper.server.auth.DigestLoginModule"
        path.write_text(f"{section} {{\n  {module} required\n  {options};\n}};\n")
        return path

    def test_sasl(self):
        login = self.jaas("Server", 'user_bob="secret"')
        server = self.standalone(SASL_PROVIDER, {"java.security.auth.login.config": login})
        proxy, servers = self.proxied(server.address)
        for stage, password in (("sasl", "secret"), ("sasl_refused", "guess")):
            known = self.jaas("Client", f'username="bob" password="{password}"')
            # The client of 3.9 else refuses DIGEST-MD5.
            program = self.program(("java.security.auth.login.config", known), ("zookeeper.fips-mode", "false"))
            self.run_stages(stage, servers, None, wires(proxy), program)

    def test_tls(self):
        keys = Keys(self.directory / "keys")
        keys.issue("server", "/CN=server")
        keys.issue("bob", SUBJECT)
        store, trust = keys.keytool("bob", "jks", "JKS")
        secure = ("127.0.0.1", free_port())
        # A server of 3.9 takes TLSv1.3 alone if nothing is said, which a client of 3.8 does not speak.
        server = self.standalone({**NETTY, "secureClientPort": secure[1], "secureClientPortAddress": secure[0],
                                  "ssl.keyStore.location": keys.store("server"), "ssl.trustStore.location": keys.ca,
                                  "ssl.hostnameVerification": "false", "ssl.enabledProtocols": "TLSv1.2,TLSv1.3"})
        proxy, servers = self.proxied(secure)
        program = self.program(
            ("zookeeper.ssl.keyStore.location", store), ("zookeeper.ssl.keyStore.password", PASSWORD),
            ("zookeeper.ssl.trustStore.location", trust), ("zookeeper.ssl.trustStore.password", PASSWORD),
            ("client.subject", DN))
        self.run_stages("tls", servers, address(server), wires(proxy), program)


if __name__ == "__main__":
    os.environ.setdefault("PADDOCK_TEST_PORTS", "%d-%d" % PORTS)
    cases.parse(("--jars", {"default": "apache"}))
    cases.run()
