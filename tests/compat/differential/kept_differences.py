"""Where Paddock (as ZooKeeper 3.9.5) is meant to answer other than the oracle, Apache ZooKeeper 3.8.0.

Each rule has the reason and the place in the specification, and is as narrow as the difference. A rule sees the
request (None for events) and what both servers sent, the oracle's first.
"""
from dataclasses import dataclass, replace
from typing import Callable

from harness.servers import APACHE
from messages import Event, Reply


@dataclass
class Kept:
    name: str
    reason: str
    where: str  # client-protocol.md
    allows: Callable
    of: tuple = ()  # the releases of the oracle; none: all
    mend: Callable = None  # what of the oracle's reply is still compared
    used: int = 0

WRITES = ("create", "create2", "createContainer", "createTTL", "delete", "setData", "setACL", "multi", "reconfig")
PROVED = ("digest", "sasl", "x509")  # what `auth` in an ACL becomes
KINDS = {"create": (0, 1, 2, 3), "create2": (0, 1, 2, 3), "createContainer": (4, ), "createTTL": (5, 6)}


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


def _refused_without_a_zxid(request, theirs, ours):
    if request is None or request.op not in WRITES or not _both(Reply, theirs, ours):
        return False
    at_a_learner = request.role > 0 and (
        ours.err == -5 or ours.err == -8 and request.op == "createTTL" and request.fields["flags"] not in (5, 6))
    return theirs.err == ours.err and not theirs.body and not ours.body and (at_a_learner or ours.err == -120)


def _order_of_identities(request, theirs, ours):
    if request is None or request.op != "getACL" or not _both(Reply, theirs, ours) or theirs.err or ours.err:
        return False
    mine, own = theirs.body["acl"], ours.body["acl"]
    return mine != own and sorted(mine) == sorted(own) and sum(scheme in PROVED for _, scheme, _ in mine) > 1


def _watches_of_others(request, theirs, ours):
    return (request is not None and request.op == "checkWatches" and _both(Reply, theirs, ours) and
            theirs.err == 0 and ours.err == -121)


def _persistent_watcher_types(request, theirs, ours):
    return (request is not None and request.op in ("checkWatches", "removeWatches") and
            request.fields.get("kind") in (4, 5) and _both(Reply, theirs, ours) and theirs.err == -5 and
            ours.err == -121)


def _create2_in_a_multi(request, theirs, ours):
    return (request is not None and request.op == "multi" and _both(Reply, theirs, ours) and
            any(op == "create2" for op, _ in request.fields["ops"]) and
            any(result[0] == "create2" for result in theirs.body.get("results", ())))


def _without_stats_of_create2(request, theirs):
    asked = request.fields["ops"] + [(None, None)]
    results = [("create", *result[1:3]) if op == "create2" and result[0] == "create2" else result
               for (op, _), result in zip(asked, theirs.body["results"])]
    return replace(theirs, body={**theirs.body, "results": results})


KEPT = [
    Kept("create2-in-a-multi", "since 3.9 it is logged as what it is, and answered with the node's stat; servers of 3.8 "
         "stop at such a log, so Paddock logs a create, as 3.8 does, and answers as to that", "9", _create2_in_a_multi, of=("3.9", ),
         mend=_without_stats_of_create2),
    Kept("notification-zxid", "3.9 sends the transaction's zxid with an event, 3.8 sends -1", "11.3",
         _notification_zxid, ("3.8", )),
    Kept("exists-checks-read", "exists needs READ on an existing node since 3.9.2 and 3.8.4", "12.4, 18",
         _exists_checks_read, ("3.8", )),
    Kept("multi-null-path", "Java answers a multi with a null path with a stray body and logs nothing, though it "
         "takes a zxid; Paddock logs an error transaction and sends the header only", "9", _multi_null_path),
    Kept("refused-without-a-zxid", "a write that cannot be decoded, or a createTTL without a TTL flag, is refused by the "
         "learner itself and takes no zxid, as some of them a leader of Java's never answers; in 3.8 it becomes an error "
         "transaction of the leader's, in 3.9 one without a zxid of its own. So is a node that a local session may not own",
         "8.3, 17", _refused_without_a_zxid),
    Kept("order-of-identities", "an ACL entry `auth` becomes one entry for each identity, in Java's hash order; in "
         "Paddock in the order they were added", "12.5", _order_of_identities),
    Kept("watches-of-others", "3.8 answers checkWatches with success when any connection watches the path, which is "
         "their bug (found by this test); removeWatches looks at the own watches only, in both", "11.5",
         _watches_of_others, ("3.8", )),
    Kept("watcher-types-4-5", "removeWatches and checkWatches know types 4 and 5 since 3.9.0", "11.5",
         _persistent_watcher_types, ("3.8", )),
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
    ("requests pipelined behind a multi with a read operation, a null path or a TTL flag on a create",
     "Java prepares the operations before it and does not take them back at once, so what the next request "
     "meets depends on timing (found by this test)"),
    ("a multi with a null path to an ensemble", "Java never answers it, nor what follows (client-protocol.md 9)"),
    ("an empty frame to a NettyServerCnxn", "it reads on; NIOServerCnxn closes, as Paddock does"),
    ("two requests on the leader's connection of a session that has moved", "Java closes it for the first, and has prepared "
     "the second, too, which takes a zxid, or has not (found by this test)"),
    ("a write that cannot be decoded, or a multi with a null ACL or flags that are none, to an ensemble of 3.9",
     "its leader gives the error the zxid of the transaction before, and never answers (client-protocol.md 8.3; found "
     "by this test)"),
    ("a create in a multi whose flags are another kind's, to 3.9", "it makes what the operation says, 3.8 and Paddock what the "
     "flags say (client-protocol.md 9; found by this test)"),
    ("reads of a quota's usage after a server's restart", "what Java then tells is less than what is there (found by this "
     "test); Paddock's is what is there"),
    ("writes below a quota, setACL or closeSession pipelined with other writes", "Java looks at the applied tree "
     "there, so its own answer depends on timing (client-protocol.md 13, quorum-protocol.md 10.3)"),
]


def kept_with(oracle):
    """`oracle`: the program, as harness.servers names it."""
    release = "3.9" if str(oracle).startswith(f"{APACHE}-3.9") else "3.8"
    return [rule for rule in KEPT if not rule.of or release in rule.of]


def not_for_3_9(request):
    """A write that it cannot decode, or only in part, or a create in a multi whose kind is not that of its flags."""
    return request.op in WRITES and (request.raw is not None or request.op == "multi" and (
        not request.fields.get("end", True) or is_prepared_in_part(request) or
        any(fields.get("acl", "") is None or fields.get("flags", 0) not in KINDS.get(op, (0, ))
            for op, fields in request.fields["ops"])))


def is_prepared_in_part(request):
    """Java does not take that back before the next request is prepared."""
    return request.op == "multi" and any(
        op in ("getData", "setACL") or fields["path"] is None or op != "createTTL" and fields.get("flags") in (5, 6)
        for op, fields in request.fields["ops"])


def allowed(rules, request, theirs, ours):
    for rule in rules:
        if rule.allows(request, theirs, ours):
            rule.used += 1
            return rule
    return None
