"""Where Paddock (as ZooKeeper 3.9.5) is meant to answer other than the oracle, Apache ZooKeeper 3.8.0.

Each rule has the reason and the place in the specification, and is as narrow as the difference. A rule sees the
request (None for events) and what both servers sent, the oracle's first.
"""
from dataclasses import dataclass
from typing import Callable

from messages import Event, Reply


@dataclass
class Kept:
    name: str
    reason: str
    where: str  # client-protocol.md
    allows: Callable
    used: int = 0


def _both(kind, theirs, ours):
    return isinstance(theirs, kind) and isinstance(ours, kind)


def _notification_zxid(request, theirs, ours):
    return (_both(Event, theirs, ours) and theirs.zxid == -1 and ours.zxid > 0 and
            (theirs.kind, theirs.state, theirs.path) == (ours.kind, ours.state, ours.path))


def _exists_checks_read(request, theirs, ours):
    return (request is not None and request.op == "exists" and _both(Reply, theirs, ours) and
            theirs.err == 0 and ours.err == -102 and not ours.body and not request.fields["watch"])


def _multi_null_path(request, theirs, ours):
    return (request is not None and request.op == "multi" and _both(Reply, theirs, ours) and
            any(fields.get("path", "") is None for _, fields in request.fields["ops"]) and
            theirs.err == ours.err == -5 and not ours.body)


def _order_of_identities(request, theirs, ours):
    if request is None or request.op != "getACL" or not _both(Reply, theirs, ours) or theirs.err or ours.err:
        return False
    mine, own = theirs.body["acl"], ours.body["acl"]
    return mine != own and sorted(mine) == sorted(own) and sum(scheme == "digest" for _, scheme, _ in mine) > 1


def _watches_of_others(request, theirs, ours):
    return (request is not None and request.op == "checkWatches" and _both(Reply, theirs, ours) and
            theirs.err == 0 and ours.err == -121)


def _persistent_watcher_types(request, theirs, ours):
    return (request is not None and request.op in ("checkWatches", "removeWatches") and
            request.fields.get("kind") in (4, 5) and _both(Reply, theirs, ours) and theirs.err == -5 and
            ours.err == -121)


KEPT = [
    Kept("notification-zxid", "3.9 sends the transaction's zxid with an event, 3.8 sends -1", "11.3",
         _notification_zxid),
    Kept("exists-checks-read", "exists needs READ on an existing node since 3.9.2 and 3.8.4", "12.4, 18",
         _exists_checks_read),
    Kept("multi-null-path", "Java answers a multi with a null path with a stray body and logs nothing, though it "
         "takes a zxid; Paddock logs an error transaction and sends the header only", "9", _multi_null_path),
    Kept("order-of-identities", "an ACL entry `auth` becomes one entry for each identity, in Java's hash order; in "
         "Paddock in the order they were added", "12.5", _order_of_identities),
    Kept("watches-of-others", "3.8 answers checkWatches with success when any connection watches the path, which is "
         "their bug (found by this test); removeWatches looks at the own watches only, in both", "11.5",
         _watches_of_others),
    Kept("watcher-types-4-5", "removeWatches and checkWatches know types 4 and 5 since 3.9.0", "11.5",
         _persistent_watcher_types),
]

# What the corpus never sends, because the oracle breaks on it or the difference would hide others.
NOT_SENT = [
    ("createTTL with flags 0-4 and ttl < 0", "kills Apache ZooKeeper for good (client-protocol.md 6); Paddock "
     "answers -8: tests/compat/behaviour.py"),
    ("check (13) outside a multi", "up to 3.9.2 it makes a log that no server can read (client-protocol.md 5); "
     "Paddock refuses it: tests/compat/behaviour.py"),
    ("deleteContainer (20)", "internal; 3.8 reads the path from the wrong bytes and always answers -8 "
     "(client-protocol.md 5), Paddock refuses it as unknown and closes: tests/compat/behaviour.py"),
    ("createSession (-10) after the handshake", "Java obeys, Paddock refuses: tests/compat/behaviour.py"),
    ("a standard and a persistent watch, or both persistent modes, of one connection on one path",
     "3.8 keeps one mode a path, 3.9 all of them (client-protocol.md 11.1)"),
    ("exists with a watch on a node that may deny READ", "3.8 registers the watch, 3.9.2 refuses"),
    ("setWatches with a null list behind the first", "Java serves the lists before it, then answers -5; Paddock "
     "answers -5 and does nothing (client-protocol.md 11.4)"),
    ("malformed UTF-8 in sync, watches and auth", "Java replaces it by U+FFFD, the number of which is not "
     "specified (client-protocol.md 19)"),
    ("requests pipelined behind a multi with a read operation or a null path", "Java prepares the operations before "
     "it and does not take them back at once, so what the next request meets depends on timing (found by this test)"),
    ("writes below a quota, setACL or closeSession pipelined with other writes", "Java looks at the applied tree "
     "there, so its own answer depends on timing (client-protocol.md 13, quorum-protocol.md 10.3)"),
]


def allowed(request, theirs, ours):
    for rule in KEPT:
        if rule.allows(request, theirs, ours):
            rule.used += 1
            return rule
    return None
