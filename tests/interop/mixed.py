"""Ensembles of Paddock and Apache ZooKeeper together, and what both kinds must agree on.

A layout names the kind of each server, in order: "aap" is two of Apache ZooKeeper and, with the highest number, one Paddock.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases
from harness.cases import ServerCase
from harness.ensemble import Ensemble
from harness.servers import APACHE, apache_classpath
from harness.tree import digests
from harness.wire import Session, create_body

PORTS = (26000, 26299)
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
# What Apache ZooKeeper calls an error, of either kind of peer: a follower or a leader that was killed, and a client that went
# before its answer. Its follower loses the socket under its own threads (ZOOKEEPER-4409).
LOST = ("LearnerHandler - Unexpected exception in LearnerHandler",
        "LearnerHandler - Unexpected exception causing shutdown while sock still open",
        "LearnerHandler - Exception while sending packets in LearnerHandler",
        "QuorumCnxManager - Failed to send last message. Shutting down thread.",
        "NIOServerCnxn - Error sending data synchronously",
        "ZooKeeperCriticalThread - Severe unrecoverable error, from thread : FollowerRequestProcessor",
        "ZooKeeperCriticalThread - Severe unrecoverable error, from thread : SyncThread")
# Followers of Apache ZooKeeper before 3.8.5 and 3.9.2 acknowledge proposals ahead of NEWLEADER (spec/quorum-protocol.md 7.5).
EARLY_ACK = re.compile(r"NEWLEADER ACK from sid: (\d+) is from a different epoch")


class MixedCase(ServerCase):
    def programs(self, layout):
        return [cases.options.server if kind == "p" else cases.options.apache for kind in layout]

    def make_mixed(self, layout, **more):
        ensemble = Ensemble(self.directory, self.programs(layout), ports=PORTS, **more)
        self.addCleanup(ensemble.kill)
        return ensemble.start()

    def make_lead(self, ensemble, number):
        """Elects that server, of three: it comes first by its history or, when histories are equal, by its number."""
        leader = ensemble.wait_leader()
        if leader == number:
            return
        third = 6 - leader - number
        if number > third:
            ensemble.wait_equal()
            ensemble.kill(leader)
        else:
            ensemble.kill(third)
            write(ensemble[leader], "/only-two-have-this")
            ensemble.wait_equal()
            ensemble.kill(leader)
            ensemble.start(third, wait=False)
        self.assertEqual(ensemble.wait_leader(), number)
        ensemble.start()

    def check_agreement(self, ensemble, tree=None, mismatches=None):
        """Equal trees (`tree`, if that was seen already) and digests; and no server of either kind saw a digest that differs
        from its own, but for those that were counted before (`mismatches`)."""
        tree = tree or ensemble.wait_equal()
        self.assertEqual(self.mismatches(ensemble), mismatches or {member.number: 0 for member in ensemble})
        for member in ensemble:
            self.assertTrue(digests(member.address), f"{member} tells no digest")
            if member.is_apache:
                self.assertEqual(errors(member, ensemble), [], member)
        return tree

    def mismatches(self, ensemble):
        """Digests that differed, by server. A server of Apache ZooKeeper may count some when it loses a leader whose commits it
        still applies (it reads its log meanwhile), or takes a snapshot that a leader of its kind wrote while it went on; Paddock
        never does."""
        counts = {member.number: int(member.metrics()["digest_mismatches_count"]) for member in ensemble}
        self.assertEqual([number for number, count in counts.items() if count and not ensemble[number].is_apache], [])
        return counts


def write(member, path, data=b""):
    session = Session(member.address)
    _, err, _ = session.call("create", create_body(path, data))
    session.call("closeSession")
    session.close()
    assert err in (0, -110), f"{path} through {member}: {err}"


def errors(member, ensemble):
    """What a server of Apache ZooKeeper has logged as an error that is not part of losing somebody."""
    log = member.log_path.read_text(errors="replace").splitlines()
    found = [line for line in log if re.search(r"\bERROR\b|\bFATAL\b", line) and "digest mismatch" not in line]
    return [line for line in found if not any(known in line for known in LOST) and not _is_of_their_own(line, ensemble)]


def _is_of_their_own(line, ensemble):
    early = EARLY_ACK.search(line)
    return early is not None and ensemble[int(early[1])].is_apache


def main():
    cases.parse(("--apache", {"default": APACHE, "help": "the peer: apache, or apache-3.9.5"}),
                ("--rounds", {"type": int, "default": 4, "help": "how often leaders are killed"}))
    try:
        apache_classpath(cases.options.apache)
    except SystemExit as missing:
        print(f"skipped: {missing}")
        sys.exit(SKIPPED)
    cases.run()
