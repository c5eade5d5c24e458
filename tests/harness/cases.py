"""Test programs that take the server to test: PROGRAM SERVER [--directory DIR] [--shim SO] [unittest arguments]."""
import argparse
import shutil
import sys
import unittest
from pathlib import Path

from .servers import Server, free_port, is_apache

options = None


class ServerCase(unittest.TestCase):
    """Each case has a directory of its own and ends the servers that it started."""

    def setUp(self):
        self.directory = options.directory.resolve() / self.id().rsplit(".", 1)[-1]
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.is_apache = is_apache(options.server)

    def make_server(self, settings=None, defines=None, **more):
        server = Server(options.server, self.directory / "server", free_port(), settings, defines, **more)
        self.addCleanup(server.kill)
        return server


def parse(*more):
    """Reads the command line; `more`: further options, as (name, arguments of add_argument)."""
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("--directory", type=Path, default=Path("cases"))
    parser.add_argument("--shim", type=Path)
    for name, arguments in more:
        parser.add_argument(name, **arguments)
    options, options.rest = parser.parse_known_args()


class Told(unittest.TextTestResult):
    """Says at once why a test fails: the end of a long report may be cut off."""

    def addError(self, test, err):
        super().addError(test, err)
        self.tell(self.errors)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.tell(self.failures)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.tell(self.failures if issubclass(err[0], test.failureException) else self.errors)

    def tell(self, reports):
        self.stream.writeln(reports[-1][1])
        self.stream.flush()

    def printErrors(self):
        """They have been told."""


def run():
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *options.rest], warnings="ignore",
                  testRunner=unittest.TextTestRunner(verbosity=2, resultclass=Told, warnings="ignore"))


def main():
    parse()
    run()
