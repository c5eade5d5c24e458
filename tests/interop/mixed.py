"""Ensembles of Paddock and Apache ZooKeeper together, and what both kinds must agree on.

A layout names the kind of each server, in order: "aap" is two of Apache ZooKeeper and, with the highest number, one Paddock.
"""
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.servers import APACHE, apache_classpath
from harness.tree import digests
from harness.wire import Session, create_body

import java_log
from evidence import Evidence

PORTS = (26000, 26299)
# A JVM on a busy machine may be silent for seconds. Whoever comes with an empty disk waits that long under Apache's leader.
PATIENCE = {"syncLimit": 30}
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


class MixedCase(ServerCase):
    """Leaves a row of evidence behind, if asked to."""

    def setUp(self):
        super().setUp()
        self.ensemble = None
        self.remarks = []

    def run(self, result=None):
        began = time.monotonic()
        bad = len(result.failures) + len(result.errors)
        super().run(result)
        if cases.options.evidence:
            name = f"{Path(sys.argv[0]).stem} {self._testMethodName.removeprefix('test_').replace('_', ' ')}"
            cases.options.evidence.append(Path(cases.options.server).name, cases.options.apache, name,
                                          bad == len(result.failures) + len(result.errors), time.monotonic() - began,
                                          sum(java_log.let_through(member) for member in self.ensemble or ()), self.remarks)

    def remark(self, text):
        self.remarks.append(text)
        print(text, flush=True)

    def programs(self, layout):
        return [cases.options.server if kind == "p" else cases.options.apache for kind in layout]

    def make_mixed(self, layout, settings=None, **more):
        self.ensemble = Ensemble(self.directory, self.programs(layout), {**PATIENCE, **(settings or {})}, ports=PORTS, **more)
        self.addCleanup(self.ensemble.kill)
        return self.ensemble.start()

    def make_lead(self, ensemble, number):
        """Elects that server, of three: it comes first by its history or, when histories are equal, by its number."""
        leader = ensemble.wait_leader()
        if leader == number:
            return
        third = 6 - leader - number
        if number > third:
            ensemble.wait_equal()  # which leaves transactions behind that a quorum has
            ensemble.wait_for("equal histories", lambda: len({member.srvr("Zxid") for member in ensemble}) == 1)
            ensemble.kill(leader)
        else:
            ensemble.kill(third)
            write(ensemble[leader], "/only-two-have-this")
            ensemble.wait_equal()
            ensemble.kill(leader)
            ensemble.start(third, wait=False)
        self.assertEqual(ensemble.wait_leader(), number)
        ensemble.start()

    def check_agreement(self, ensemble, tree=None):
        """Equal trees (`tree`, if that was seen already) and digests; and no server has ever seen a digest that differs from its
        own or called anything an error, but for what Apache ZooKeeper does by itself (java_log.py)."""
        tree = tree or ensemble.wait_equal()
        for member in ensemble:
            self.assertTrue(digests(member.address), f"{member} tells no digest")
            self.assertEqual(java_log.differing_digests(member, ensemble), [], member)
            self.assertEqual(java_log.errors(member, ensemble), [], member)
        return tree


def write(member, path, data=b""):
    session = Session(member.address)
    _, err, _ = session.call("create", create_body(path, data))
    session.submit("closeSession")
    session.wire.readable(1.0)  # no longer: of a session that has ended no ping wakes a server (see Session.reply)
    session.close()
    assert err in (0, -110), f"{path} through {member}: {err}"


def main():
    cases.parse(("--apache", {"default": APACHE, "help": "the peer: apache, or apache-3.9.5"}),
                ("--evidence", {"type": Evidence, "help": "a file that gets a row for each test"}),
                ("--rounds", {"type": int, "default": 4, "help": "how often leaders are killed"}))
    try:
        apache_classpath(cases.options.apache)
    except SystemExit as missing:
        print(f"skipped: {missing}")
        sys.exit(SKIPPED)
    cases.run()
