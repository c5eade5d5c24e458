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


def run():
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *options.rest], warnings="ignore")


def main():
    parse()
    run()
