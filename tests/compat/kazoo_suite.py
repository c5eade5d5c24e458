#!/usr/bin/python3
"""Runs kazoo's own test suite, as Debian ships it, against one server or an ensemble.

  kazoo_suite.py SERVER [--servers 3] [--all] [--directory DIR] [pytest arguments]   SERVER: the path of a paddockd, or `apache`

kazoo's harness starts `java`; shim/java starts the server under test instead.
"""
import argparse
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness.servers import APACHE, apache_classpath

PORT_OFFSET = int(os.environ.get("PADDOCK_KAZOO_PORTS", 25400))
PASSED_AT_LEAST = 469  # all of kazoo 2.8.0 that is not excluded or skipped: a suite that skips itself must not look like success
MODULES = {"kazoo.tests": "python3-kazoo", "pytest": "python3-pytest", "mock": "python3-mock",
           "objgraph": "python3-objgraph", "eventlet": "python3-eventlet", "gevent": "python3-gevent",
           "puresasl": "python3-pure-sasl"}
TEST_MAY_TAKE_S = 120  # then every thread's stack is printed; no test of the suite takes 20
SUITE_MAY_TAKE_S = int(os.environ.get("PADDOCK_KAZOO_LIMIT_S", 540))  # ctest's limit comes later and would say nothing


def environment(server, servers, directory, all_tests):
    env = dict(os.environ, ZOOKEEPER_CLASSPATH=apache_classpath(), ZOOKEEPER_VERSION="3.8.0",
               ZOOKEEPER_CLUSTER_SIZE=str(servers), ZOOKEEPER_PORT_OFFSET=str(PORT_OFFSET), TMPDIR=str(directory),
               PYTHONPATH=str(HERE), PYTHONDONTWRITEBYTECODE="1")
    env.pop("JAVA_HOME", None)
    if all_tests:
        env["KAZOO_EXCLUDES_NOTHING"] = "1"
    if server != APACHE:
        env["PADDOCKD"] = str(Path(server).resolve())
        env["PATH"] = f"{HERE / 'shim'}:{env['PATH']}"
    return env


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--directory", type=Path, default=Path("kazoo"))
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="what is excluded, too")
    options, extra = parser.parse_known_args()
    lacking = [package for module, package in MODULES.items() if importlib.util.find_spec(module) is None]
    if lacking:
        return f"missing packages: {' '.join(lacking)} (scripts/install-dependencies test)"
    directory = options.directory.resolve()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    report = directory / "report.xml"
    with open(directory / "output", "w") as output:  # servers write there too
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "kazoo_selection", "--pyargs", "kazoo.tests",
                   "-v", "--tb=short", "-W", "ignore", "-o", "junit_logging=no", "-o", f"faulthandler_timeout={TEST_MAY_TAKE_S}",
                   f"--junitxml={report}", *extra]
        suite = subprocess.Popen(command, cwd=directory, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                                 env=environment(options.server, options.servers, directory, options.all))
        try:
            code = suite.wait(SUITE_MAY_TAKE_S)
        except subprocess.TimeoutExpired:
            os.killpg(suite.pid, signal.SIGKILL)
            suite.wait()
            return f"not finished after {SUITE_MAY_TAKE_S} s; the end of {directory / 'output'}:\n" + end_of(directory / "output", 150)
    return conclude(code, report, directory / "output", bool(extra))


def end_of(output, lines):
    return "\n".join(output.read_text(errors="replace").splitlines()[-lines:])


def conclude(code, report, output, selected):
    if not report.exists():
        return f"no report; see {output}\n{end_of(output, 30)}"
    passed, others = 0, []
    for case in ElementTree.parse(report).iter("testcase"):
        problem = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        if problem is None:
            passed += 1
            continue
        others.append(f"{problem.tag}: {case.get('classname')}.{case.get('name')}\n" +
                      ("" if problem.tag == "skipped" else "    " + (problem.text or "")[-1500:].replace("\n", "\n    ")))
    print("\n".join(others))
    print(f"{passed} passed, {len(others)} not; output in {output}")
    if code == 0 and passed < PASSED_AT_LEAST and not selected:
        return f"only {passed} tests passed, {PASSED_AT_LEAST} are expected"
    return code


if __name__ == "__main__":
    sys.exit(main())
