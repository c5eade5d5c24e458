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

APACHE = "apache"  # Debian's; "apache-3.9.5": what scripts/fetch-zookeeper 3.9.5 has fetched
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
            raise SystemExit(f"{fetched} is missing: scripts/fetch-zookeeper {program.removeprefix(APACHE)[1:]}")
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
        (self.directory / "zoo.cfg").write_text(
            "".join(f"{key}={value}\n" for key, value in self.settings.items()))
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command(), cwd=self.directory, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log if stderr is None else stderr,
                                            env=self.environment)
        if wait:
            self.wait_ready()
        return self

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
        """SIGSTOP: it keeps its connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

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
        for line in self.words("srvr").splitlines():
            if line.startswith("Mode: "):
                return line[len("Mode: "):]
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


_given = set()


def free_port(first=25500, last=25999):
    """A port of the tests' range nobody listens on, never the same twice in one process."""
    span = last - first
    start = os.getpid() * 7 % span
    for offset in range(span):
        port = first + (start + offset) % span
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise RuntimeError(f"no free port in {first}-{last}")
