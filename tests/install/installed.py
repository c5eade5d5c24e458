#!/usr/bin/python3
"""The installed client: installed.py SERVER --build BUILD-DIRECTORY [--cmake PROGRAM] [--compiler PROGRAM]"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases  # noqa: E402
from harness.servers import Server, free_port  # noqa: E402

PORTS = (28500, 28599)
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example-client"


class Installed(cases.ServerCase):
    def setUp(self):
        super().setUp()
        self.prefix = self.directory / "prefix"
        self.run_one(cases.options.cmake, "--install", cases.options.build, "--component", "client",
                     "--prefix", self.prefix)

    def run_one(self, *words):
        done = subprocess.run(list(map(str, words)), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, f"{words}:\n{done.stdout}")
        return done.stdout

    def test_an_example_project_is_built_with_the_package_and_runs(self):
        build = self.directory / "example"
        ccache = shutil.which("ccache")
        self.run_one(cases.options.cmake, "-G", "Ninja", "-S", EXAMPLE, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                     f"-DCMAKE_CXX_COMPILER={cases.options.compiler}", "-DCMAKE_BUILD_TYPE=Debug",
                     *([f"-DCMAKE_CXX_COMPILER_LAUNCHER={ccache}"] if ccache else []))
        self.run_one(cases.options.cmake, "--build", build)
        server = Server(cases.options.server, self.directory / "server", free_port(*PORTS), {"tickTime": 500})
        self.addCleanup(server.kill)
        server.start()
        fences = []
        for visit in range(1, 3):
            out = self.run_one(build / "visits", f"127.0.0.1:{server.port}")
            told = re.fullmatch(r"visit (\d+) under fence (\d+)\n", out)
            self.assertIsNotNone(told, out)
            self.assertEqual(int(told[1]), visit)
            fences.append(int(told[2]))
        self.assertGreater(fences[1], fences[0])

    def test_a_header_that_is_installed_includes_only_such_as_are(self):
        root = self.prefix / "include" / "paddock"
        headers = sorted(root.rglob("*.h"))
        self.assertIn(root / "client" / "recipes" / "lock.h", headers)
        self.assertFalse((root / "client" / "shell").exists())
        missing = [f"{header.relative_to(root)}: {name}" for header in headers
                   for name in re.findall(r'^#include "(.*)"', header.read_text(), re.MULTILINE)
                   if not (root / name).exists()]
        self.assertEqual(missing, [])

    def test_nothing_of_the_build_tree_is_named_in_the_package(self):
        for path in (self.prefix / "lib").rglob("*.cmake"):
            self.assertNotIn(str(cases.options.build), path.read_text(), path)


if __name__ == "__main__":
    cases.parse(("--build", {"type": Path, "required": True}), ("--cmake", {"default": "cmake"}),
                ("--compiler", {"default": "c++"}))
    cases.run()
