"""Servers to test: Apache ZooKeeper (the oracle: Debian's package, or a release that was fetched) and paddockd, started
the same way."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from .wire import four_letter

APACHE = "apache"  # Debian's; "apache-3.9.5": what scripts/fetch-peer zookeeper 3.9.5 has fetched
SUPER_DIGEST = "super:D/InIHSb7yEEbrWz8b9l71RjZJU="  # password "test", as kazoo's harness sets it
_JARS = ("zookeeper zookeeper-jute slf4j-api log4j-1.2 slf4j-log4j12 netty-all netty-common netty-buffer "
         "netty-handler netty-transport netty-resolver netty-codec snappy-java commons-cli commons-io "
         "metrics-core jackson-core jackson-databind jackson-annotations jetty9-server jetty9-servlet "
         "jetty9-http jetty9-io jetty9-util javax.servlet-api servlet-api audience-annotations "
         "yetus-audience-annotations javax-servlet-api").split()


def is_apache(program):
    return re.fullmatch(rf"{APACHE}(-[0-9.]+)?", str(program)) is not None


def apache_classpath(program=APACHE):
    if program != APACHE:
        cache = Path(os.environ.get("PADDOCK_CACHE", Path.home() / ".cache" / "paddock"))
        fetched = cache / program.replace(APACHE, "zookeeper")
        if not fetched.is_dir():
            raise SystemExit(f"{fetched} is missing: scripts/fetch-peer zookeeper {program.removeprefix(APACHE)[1:]}")
        return f"{fetched}/*"
    jars = [Path("/usr/share/java") / f"{name}.jar" for name in _JARS]
    if not jars[0].exists():
        raise SystemExit(f"{jars[0]} is missing: scripts/install-dependencies test")
    return ":".join(str(jar) for jar in jars if jar.exists())


class Server:
    """One standalone server: 'apache', 'apache-VERSION' or the path of a paddockd. Owns its process, not its directory."""

    def __init__(self, program, directory, port, settings=None, defines=None, environment=None,
                 jvm_flags=("-Xmx1g",), wrapper=()):
        self.program = str(program) if is_apache(program) else str(Path(program).resolve())
        self.directory = Path(directory)
        self.port = port
        self.address = ("127.0.0.1", port)
        self.settings = {"tickTime": 2000, "dataDir": self.directory / "data", "clientPort": port,
                         "clientPortAddress": "127.0.0.1", "maxClientCnxns": 0,
                         "4lw.commands.whitelist": "*", "admin.enableServer": "false",
                         "extendedTypesEnabled": "true", "reconfigEnabled": "true"}
        self.settings.update(settings or {})
        self.defines = {"zookeeper.DigestAuthenticationProvider.superDigest": SUPER_DIGEST}
        self.defines.update(defines or {})
        self.environment = dict(os.environ, **(environment or {}))
        self.jvm_flags = list(jvm_flags)
        self.wrapper = list(wrapper)
        self.log_path = self.directory / "server.log"
        self.process = None

    @property
    def is_apache(self):
        return is_apache(self.program)

    @property
    def pid(self):
        return self.process.pid

    def command(self):
        defines = [f"-D{key}={value}" for key, value in self.defines.items()]
        config = str(self.directory / "zoo.cfg")
        if self.is_apache:
            return self.wrapper + ["java", *self.jvm_flags, *defines, "-Dfile.encoding=UTF-8", "-cp",
                                   apache_classpath(self.program), "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                                   config]
        return self.wrapper + [self.program, *defines, config]

    def start(self, wait=True, stderr=None):
        data = Path(self.settings["dataDir"])
        data.mkdir(parents=True, exist_ok=True)
        self.write_config(self.directory / "zoo.cfg")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), cwd=self.directory, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log if stderr is None else stderr,
                                            env=self.environment)
        if wait:
            self.wait_ready()
        return self

    def write_config(self, path):
        path.write_text("".join(f"{key}={value}\n" for key, value in self.settings.items()))

    def wait_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.program} ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                if "Mode: " in four_letter(self.address, "srvr", timeout=5):
                    return self
            except OSError:
                pass
            time.sleep(0.005 if not self.is_apache else 0.05)
        raise RuntimeError(f"{self.program} does not serve after {seconds} s:\n{self.log_tail()}")

    def wait_logged(self, pattern, seconds=20):
        """A server answers before its log has been written."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.log_path.read_text(errors="replace")):
            if time.monotonic() > deadline:
                raise AssertionError(f"the log of {self.program} has no {pattern}:\n{self.log_tail()}")
            time.sleep(0.01)

    def log_tail(self, lines=30):
        try:
            return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(no log)"

    def kill(self):
        """kill -9, and the end of the process."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        return self.wait()

    def pause(self):
        """SIGSTOP: it keeps its connections and says nothing. Until one of its threads has taken the signal the others go on,
        which on a busy machine is long enough to acknowledge something."""
        self.process.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + 10
        while not self.is_paused():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.program} does not stop")
            time.sleep(0.001)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def is_paused(self):
        """All of its threads."""
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            try:
                state = (task / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue  # the thread has just ended
            if state not in "TtZ":
                return False
        return True

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def words(self, word, timeout=5):
        """The lines of a four-letter word, '' if nobody answers."""
        try:
            return four_letter(self.address, word, timeout)
        except OSError:
            return ""

    def mode(self):
        """leader, follower, observer, standalone; None while it does not serve."""
        return self.srvr("Mode")

    def srvr(self, key):
        """That line of `srvr`; None while it does not serve."""
        for line in self.words("srvr").splitlines():
            if line.startswith(f"{key}: "):
                return line[len(key) + 2:]
        return None

    def metrics(self):
        """mntr as a dict, without "zk_"."""
        pairs = (line.split("\t", 1) for line in self.words("mntr").splitlines() if "\t" in line)
        return {key.removeprefix("zk_"): value for key, value in pairs}

    def terminate(self, seconds=20):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds=20):
        return None if self.process is None else self.process.wait(seconds)

    def wipe(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


_claims = {}  # port -> the socket whose name says that it is taken


def free_port(*ports):
    """A port of the tests' range nobody listens on. No other test has it until this process ends, and it is given once.
    The range: first and last, or those of PADDOCK_TEST_PORTS."""
    first, last = ports or map(int, os.environ.get("PADDOCK_TEST_PORTS", "25500-25999").split("-"))
    span = last - first
    start = os.getpid() * 7 % span
    for offset in range(span):
        port = first + (start + offset) % span
        if port not in _claims and _claim(port):
            return port
    raise RuntimeError(f"no free port in {first}-{last}")


def _claim(port):
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0paddock-test-port-{port}")  # an abstract name goes with its process, and is of this network namespace
        with socket.socket() as probe:
            # As servers do: connections that ended within the last minute would keep a port from everybody, and every
            # four-letter word leaves one.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _claims[port] = claim
    return True
