#!/usr/bin/python3
"""What java_log.py lets through, as servers of Apache ZooKeeper have said it, and what it must not let through."""
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import java_log

STARTS = "INFO QuorumPeerConfig - Reading configuration from: /zoo.cfg"
ENDS = "INFO CommitProcessor - Shutting down"
ENDED = "WARN QuorumPeer - PeerState set to LOOKING"
NEWLEADER = "INFO Learner - Learner received NEWLEADER message"
TAKES = "INFO Learner - Getting a snapshot from leader 0x4000004fe"
SENDS = "INFO LearnerHandler - Sending snapshot last zxid of peer is 0x0, zxid of leader is 0x400000507, send zxid of db as 0x4000004fe"

# Server 3 of Paddock, Paddock, Apache ZooKeeper 3.8.0 when its leader, 2, was killed; it led next.
RECORDED = """\
03:28:17,078 INFO Learner - Disconnected from leader (with address: /127.0.0.1:26197). Was connected for 616ms. Sync state: true
03:28:17,078 INFO Learner - shutdown Follower
03:28:17,113 INFO ZooKeeperServer - shutting down
03:28:17,131 INFO CommitProcessor - Shutting down
03:28:17,131 INFO FinalRequestProcessor - shutdown of request processor complete
03:28:17,137 WARN DataTree - Message:Digests are not matching. Value is Zxid. Value:4294967451
03:28:17,156 ERROR DataTree - First digest mismatch on txn: 117657966641610753,65,4294967451,1795318096878,5
, '/load/w2/key,#3330,30
, expected digest is 2,205477412888
, actual digest is 211565068715,\x20
03:28:17,158 INFO CommitProcessor - CommitProcessor exited loop!
03:28:17,225 INFO FileTxnSnapLog - 111 txns loaded in 91 ms
03:28:17,230 WARN QuorumPeer - PeerState set to LOOKING
03:28:17,236 INFO FastLeaderElection - New election. My id = 3, proposed zxid=0x100000109
""".splitlines()


def first(zxid):
    return f"WARN DataTree - Message:Digests are not matching. Value is Zxid. Value:{zxid}"


def rest(zxid):
    return f"WARN DataTree - [16 times] Message: Digests are not matching. Value is Zxid. Last value:{zxid}"


def vote(zxid):
    return f"INFO FastLeaderElection - New election. My id = 3, proposed zxid=0x{zxid:x}"


class Judged(unittest.TestCase):
    def servers(self, *logs, programs=("apache", "apache", "paddockd")):
        directory = TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        ensemble = {}
        for number, program in enumerate(programs, 1):
            path = Path(directory.name) / f"{number}.log"
            path.write_text("\n".join(logs[number - 1] if number <= len(logs) else ()))
            ensemble[number] = SimpleNamespace(log_path=path, program=program)
        return ensemble

    def findings(self, *lines, other=(), programs=("apache", "apache", "paddockd")):
        ensemble = self.servers(lines, other, programs=programs)
        return len(java_log.differing_digests(ensemble[1], ensemble.values()))

    def errors(self, *lines, programs=("apache", "apache", "paddockd")):
        ensemble = self.servers(lines, programs=programs)
        return len(java_log.errors(ensemble[1], ensemble))


class Digests(Judged):
    def test_while_a_role_ends_they_may_differ(self):
        self.assertEqual(self.findings(*RECORDED), 0)
        self.assertEqual(self.findings(*[line for line in RECORDED if ENDS not in line]), 1)
        self.assertEqual(self.findings(STARTS, ENDS, first(5), ENDED, vote(9)), 0)
        self.assertEqual(self.findings(STARTS, ENDS, first(5), rest(9), ENDED, vote(9)), 0)

    def test_how_often_is_told_in_the_next_role(self):
        self.assertEqual(self.findings(STARTS, ENDS, first(5), ENDED, vote(9), NEWLEADER, rest(9)), 0)

    def test_what_still_differs_in_the_next_role_is_found(self):
        self.assertEqual(self.findings(STARTS, ENDS, first(5), ENDED, vote(9), NEWLEADER, rest(10)), 1)

    def test_in_a_role_and_when_a_log_is_read_at_the_start_none_may_differ(self):
        self.assertEqual(self.findings(STARTS, first(5)), 1)
        self.assertEqual(self.findings(STARTS, ENDS, ENDED, vote(9), first(10)), 1)
        self.assertEqual(self.findings(STARTS, ENDS, STARTS, first(5)), 1)

    def test_twice_in_one_end_and_again_later(self):
        self.assertEqual(self.findings(STARTS, ENDS, first(5), rest(6), first(8), ENDED, vote(9)), 0)
        self.assertEqual(self.findings(STARTS, ENDS, first(5), rest(6), ENDED, vote(9), rest(9)), 1)

    def test_behind_a_snapshot_of_its_own_kind_until_it_is_synchronized(self):
        self.assertEqual(self.findings(STARTS, TAKES, first(5), rest(8), NEWLEADER, other=[SENDS]), 0)
        self.assertEqual(self.findings(STARTS, TAKES, NEWLEADER, first(5), other=[SENDS]), 1)

    def test_behind_a_snapshot_of_paddock_none_may_differ(self):
        self.assertEqual(self.findings(STARTS, TAKES, first(5), NEWLEADER), 1)

    def test_paddock_finds_none(self):
        self.assertEqual(self.findings("warning event=digest_differs times=1 zxid=0x5"), 1)


    def test_a_log_in_disorder_is_let_through_while_a_role_ends_where_that_is_not_mended(self):
        line = "ERROR FileTxnSnapLog - 64424510433(highestZxid) > 60129543709(next log) for type 1"
        self.assertEqual(self.errors(line), 0)  # it is told with the digests
        self.assertEqual(self.findings(STARTS, ENDS, line, ENDED), 0)
        self.assertEqual(self.findings(STARTS, line), 1)
        newer = ("apache-3.9.5", "apache-3.9.5", "paddockd")
        self.assertEqual(self.findings(STARTS, ENDS, line, ENDED, programs=newer), 1)


class Errors(Judged):
    def test_whom_it_has_lost_is_no_error_of_ours(self):
        self.assertEqual(self.errors("ERROR LearnerHandler - Unexpected exception in LearnerHandler: "), 0)

    def test_anything_else_is(self):
        self.assertEqual(self.errors("ERROR Learner - Missing signature. Got "), 1)
        self.assertEqual(self.errors("ERROR FollowerZooKeeperServer - Committing zxid 0x5 but next pending txn 0x4"), 1)

    def test_only_a_follower_that_does_so_may_acknowledge_early(self):
        line = "ERROR Leader - NEWLEADER ACK from sid: {} is from a different epoch - current 0x200000000 received 0x200000001"
        self.assertEqual(self.errors(line.format(2)), 0)
        self.assertEqual(self.errors(line.format(3)), 1)
        self.assertEqual(self.errors(line.format(2), programs=("apache-3.9.5", "apache-3.9.5", "paddockd")), 1)

    def test_what_is_mended_is_an_error(self):
        line = "ERROR ZooKeeperCriticalThread - Severe unrecoverable error, from thread : SyncThread:1"
        self.assertEqual(self.errors(line), 0)
        self.assertEqual(self.errors(line, programs=("apache-3.9.5", "apache-3.9.5", "paddockd")), 1)

    def test_killed_within_a_write_it_may_find_that_when_it_starts_again(self):
        line = "14:16:39,898 ERROR Util - Last transaction was partial."
        self.assertEqual(self.errors(STARTS, vote(5), STARTS, line, vote(6)), 0)
        self.assertEqual(self.errors(STARTS, vote(5), STARTS, vote(6), line), 1)
        self.assertEqual(self.errors(STARTS, line, vote(5)), 1)

    def test_at_the_end_of_a_role_it_may_read_what_it_still_writes(self):
        line = "14:16:39,898 ERROR Util - Last transaction was partial."
        self.assertEqual(self.errors(STARTS, vote(5), ENDS, line, vote(6)), 0)
        self.assertEqual(self.errors(STARTS, vote(5), ENDS, vote(6), line), 1)
        self.assertEqual(self.errors(STARTS, vote(5), ENDS, line, vote(6),
                                     programs=("apache-3.9.5", "apache-3.9.5", "paddockd")), 1)

    def test_what_paddock_wrote_is_never_partial(self):
        line = "14:16:39,898 ERROR Util - Last transaction was partial."
        self.assertEqual(self.errors(STARTS, vote(5), "info event=stopped", STARTS, line, vote(6)), 1)


if __name__ == "__main__":
    unittest.main()
