"""What the tests of `paddock` share: a server of their own, and the program run against it."""
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases  # noqa: E402
from harness.servers import Server, free_port  # noqa: E402

PORTS = (29500, 29999)
PATIENCE_S = 60
REPOSITORY = Path(__file__).resolve().parents[2]


class ShellCase(cases.ServerCase):
    """A standalone server for each case."""

    def setUp(self):
        super().setUp()
        self.server = self.start_server("server")
        self.address = "127.0.0.1:%d" % self.server.port
        # Nothing of the person who runs the tests.
        self.environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        self.environment.update(HOME=str(self.directory), PADDOCK_SERVER=self.address, LANG="C.UTF-8", TZ="UTC")

    def start_server(self, name, **settings):
        server = Server(cases.options.server, self.directory / name, free_port(*PORTS),
                        {"maxSessionTimeout": 60000, **settings})
        self.addCleanup(server.kill)
        return server.start()

    def run_shell(self, *words, text=None, **environment):
        """Exit code, output and errors of one `paddock`; `text`: its input."""
        done = subprocess.run([str(cases.options.shell), *words], input=text, text=True, capture_output=True,
                              timeout=PATIENCE_S, cwd=self.directory, env={**self.environment, **environment})
        return done.returncode, done.stdout, done.stderr

    def out(self, *words, text=None):
        """The output of one that must succeed."""
        code, out, err = self.run_shell(*words, text=text)
        self.assertEqual(code, 0, f"{words}: {err}")
        return out

    def documents(self, *words):
        return [json.loads(line) for line in self.out("-o", "json", *words).splitlines()]


def main():
    cases.parse(("--shell", {"type": Path, "required": True}))
    cases.options.shell = cases.options.shell.resolve()
    cases.run()
