#!/usr/bin/python3
"""The differential test's judge: what it must call different, and what it must not."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from compare import Ledger, compare_streams
from messages import ConnectionClosed, Event, Reply, Request, SessionId, Time, Unordered, Zxid


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
        self.assertTrue(self.differs([Event(9, 1, 3, "/a")], [Event(8, 1, 3, "/a")]))


if __name__ == "__main__":
    unittest.main()
