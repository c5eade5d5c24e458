#!/usr/bin/python3
"""The differential test's judge: what it must call different, and what it must not."""
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from compare import Ledger, compare_streams
from harness import digest_md5
from harness.wire import OPS
from messages import ConnectionClosed, Event, Hidden, Reply, Request, SessionId, Time, Unordered, Zxid, config_text
from outcomes import CLOSED, EXPECTED, EXPECTED_OF_ENSEMBLE, Outcomes


def reply(zxid=5, err=0, xid=1, **body):
    return Reply(xid, Zxid(zxid), err, body)


class Judge(unittest.TestCase):
    def setUp(self):
        self.ledger = Ledger()

    def differs(self, theirs, ours, requests=(), **options):
        return compare_streams(self.ledger, requests, theirs, ours, **options) is not None

    def test_error_codes_count(self):
        self.assertTrue(self.differs([reply(err=-101)], [reply(err=-110)]))

    def test_values_count(self):
        self.assertTrue(self.differs([reply(data=b"")], [reply(data=None)]))

    def test_a_missing_frame_counts(self):
        self.assertTrue(self.differs([Event(-1, 1, 3, "/a"), reply()], [reply()]))

    def test_a_closed_connection_counts(self):
        self.assertTrue(self.differs([reply(), ConnectionClosed()], [reply()]))

    def test_the_order_of_events_and_replies_counts(self):
        event = Event(-1, 1, 3, "/a")
        self.assertTrue(self.differs([event, reply()], [reply(), event]))

    def test_the_order_of_events_counts_except_where_it_is_a_set(self):
        theirs, ours = [Event(-1, 2, 3, "/a"), Event(-1, 2, 3, "/b")], [Event(-1, 2, 3, "/b"), Event(-1, 2, 3, "/a")]
        self.assertTrue(self.differs(theirs, ours))
        self.assertFalse(self.differs(theirs, ours, any_order=True))

    def test_zxids_need_the_same_order_not_the_same_value(self):
        self.assertFalse(self.differs([reply(5), reply(7), reply(5)], [reply(105), reply(106), reply(105)]))
        self.assertTrue(self.differs([reply(6)], [reply(107)]))

    def test_one_zxid_cannot_stand_for_two(self):
        self.assertFalse(self.differs([reply(5)], [reply(8)]))
        self.assertTrue(self.differs([reply(5)], [reply(9)]))
        self.assertTrue(self.differs([reply(6)], [reply(8)]))

    def test_times_must_fit_their_transaction(self):
        self.assertFalse(self.differs([reply(t=Time(3, 1000))], [reply(t=Time(4, 2000))]))
        self.assertFalse(self.differs([reply(t=Time(3, 1000))], [reply(t=Time(4, 2000))]))
        self.assertTrue(self.differs([reply(t=Time(3, 1000))], [reply(t=Time(4, 2001))]))
        self.assertTrue(self.differs([reply(t=Time(0, 0))], [reply(t=Time(0, 7))]))

    def test_sessions_are_compared_by_who_they_are(self):
        self.ledger.session_of[11] = 22
        self.assertFalse(self.differs([reply(s=SessionId(11))], [reply(s=SessionId(22))]))
        self.assertTrue(self.differs([reply(s=SessionId(11))], [reply(s=SessionId(23))]))

    def test_children_are_a_set_but_acls_are_a_list(self):
        self.assertFalse(self.differs([reply(c=Unordered(("a", "b")))], [reply(c=Unordered(("b", "a")))]))
        self.assertTrue(self.differs([reply(c=Unordered(("a", "a")))], [reply(c=Unordered(("a", "b")))]))
        self.assertTrue(self.differs([reply(c=[1, 2])], [reply(c=[2, 1])]))

    def test_a_kept_difference_is_as_narrow_as_its_reason(self):
        exists = Request("exists", {"path": "/a", "watch": False}, xid=1)
        self.assertFalse(self.differs([reply(stat=1)], [reply(err=-102)], [exists]))
        self.assertTrue(self.differs([reply(stat=1)], [reply(err=-101)], [exists]))
        self.assertFalse(self.differs([Event(-1, 1, 3, "/a")], [Event(9, 1, 3, "/a")]))
        self.assertTrue(self.differs([Event(-1, 1, 3, "/a")], [Event(9, 2, 3, "/a")]))
        self.assertFalse(self.differs([Event(9, 1, 3, "/a")], [Event(8, 1, 3, "/a")]))
        self.assertTrue(self.differs([Event(9, 1, 3, "/a")], [Event(9, 1, 3, "/a")]))

    def test_a_zxid_that_only_the_oracle_takes_is_let_through_where_it_is_known_alone(self):
        garbled = Request("create", {"path": "/"}, raw=b"", xid=1, role=1)
        self.assertFalse(self.differs([reply(5)], [reply(5)]))
        self.assertFalse(self.differs([reply(6, -5)], [reply(5, -5)], [garbled]))
        self.assertFalse(self.differs([reply(6)], [reply(5)]))
        self.assertFalse(self.differs([reply(7)], [reply(6)]))
        self.assertTrue(self.differs([reply(8, -5)], [reply(5, -5)], [garbled]))
        garbled.role = 0
        self.assertTrue(self.differs([reply(8, -5)], [reply(6, -5)], [garbled]))

    def test_what_is_hidden_is_not_compared(self):
        self.assertFalse(self.differs([reply(raw=Hidden(b"a"))], [reply(raw=Hidden(b"b"))]))

    def test_a_configuration_is_its_members_and_its_version(self):
        text = b"server.1=a:1:2:participant;3\nversion=1f"
        self.assertEqual(config_text(text, {"server.1=a:1:2:participant;3": "{m0}"}.get),
                         {"members": Unordered(("{m0}", )), "version": Zxid(0x1f)})
        self.assertIsNone(config_text(b"version=", str))
        self.assertIsNone(config_text(None, str))


class Table(unittest.TestCase):
    def setUp(self):
        self.outcomes = Outcomes()

    def test_what_never_came_up_is_told(self):
        self.outcomes.note([Request("delete", xid=1), Request("delete", xid=2)], [reply(), reply(err=-101, xid=2)])
        self.assertEqual(self.outcomes.missing({"delete": (0, -101, -103), "sync": (0, )}), [("delete", -103), ("sync", 0)])

    def test_the_end_of_the_connection_is_the_answer_to_the_first_that_has_none(self):
        self.outcomes.note([Request("ping", xid=-2), Request("create", xid=2), Request("delete", xid=3)],
                           [reply(xid=-2), ConnectionClosed()])
        self.assertEqual(self.outcomes.missing({"ping": (0, ), "create": (CLOSED, ), "delete": (CLOSED, )}),
                         [("delete", CLOSED)])

    def test_each_part_of_a_multi_counts(self):
        multi = Request("multi", {"ops": [("check", {}), ("delete", {}), ("setData", {})]}, xid=1)
        failed = [("error", 0, 0), ("error", -101, -101), ("error", -2, -2), ("end", -1, -1)]
        self.outcomes.note([multi], [reply(results=failed)])
        self.assertEqual(self.outcomes.missing({"multi": (-101, -2, 0), "multi.delete": (-101, ), "multi.setData": (-2, ),
                                                "multi.check": (0, )}), [("multi", 0), ("multi.check", 0)])

    def test_every_operation_that_may_be_sent_is_expected(self):
        not_sent = {"deleteContainer", "createSession", "check"}  # kept_differences.NOT_SENT; check: multi.check
        for expected, more in ((EXPECTED, set()), (EXPECTED_OF_ENSEMBLE, {"connect"})):
            ops = {op for op in expected if "." not in op}
            self.assertEqual(ops - {"unknown"}, set(OPS) - not_sent | more)


class Login(unittest.TestCase):
    def test_both_proofs_are_those_of_the_example_of_rfc_2831(self):
        challenge = (b'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8')
        example = {"URI": "imap/elwood.innosoft.com", "CNONCE": "OA6MHXh6VqTrRk"}
        with mock.patch.multiple(digest_md5, **example):
            sent = digest_md5.fields(digest_md5.response(challenge, "chris", "secret"))
            proof = digest_md5.confirmation(challenge, "chris", "secret")
        self.assertEqual(sent["response"], "d388dad90d4bbd760a152321f2143af7")
        self.assertEqual(proof, b"rspauth=ea40f60335c427b5527b84dbabcdfffd")


if __name__ == "__main__":
    unittest.main()
