"""Equality of what two servers say, up to zxids (equal order), times (equal where one transaction set them)
and session ids (equal owner)."""
from kept_differences import KEPT, allowed
from messages import ConnectionClosed, Event, Hidden, SessionId, Time, Unordered, Zxid


class Ledger:
    """What is known to correspond. Index 0: the oracle, 1: the server under test."""

    def __init__(self, rules=tuple(KEPT)):
        self.rules = rules                  # what may differ
        self.zxid_of = {0: 0, -1: -1}       # oracle's -> tested server's
        self.zxid_back = {0: 0, -1: -1}
        self.zxids = [(0, 0)]               # pairs in the order they were first seen
        self.newest = (0, 0)
        self.time_of = ({}, {})             # zxid -> time, per server
        self.session_of = {0: 0}
        self.also = {-1: -1}                # oracle's -> one that goes with it, too: see same_frame

    def zxid(self, theirs, ours):
        if self.also.get(theirs) == ours:
            return True
        if theirs in self.zxid_of or ours in self.zxid_back:
            return self.zxid_of.get(theirs) == ours and self.zxid_back.get(ours) == theirs
        if (theirs > self.newest[0]) != (ours > self.newest[1]):
            return False
        self.newest = max(self.newest, (theirs, ours))
        self.zxid_of[theirs] = ours
        self.zxid_back[ours] = theirs
        self.zxids.append((theirs, ours))
        return True

    def skip(self, theirs, ours):
        """A zxid that only the oracle has taken: the tested server's last one goes with it, too."""
        if theirs <= max(self.newest[0], *self.also) or ours != self.newest[1]:
            return False
        self.also[theirs] = ours
        return True

    def time(self, theirs, ours):
        if (theirs.value == 0) != (ours.value == 0):
            return False
        for side, time in enumerate((theirs, ours)):
            if time.zxid > 0 and self.time_of[side].setdefault(time.zxid, time.value) != time.value:
                return False
        return True

    def session(self, theirs, ours):
        return self.session_of.get(theirs) == ours

    def zxid_at(self, side, place):
        return self.zxids[place.place % len(self.zxids)][side]


def same(ledger, theirs, ours):
    """The path of the first difference within the two values, or None."""
    if type(theirs) is not type(ours):
        return "type"
    if isinstance(theirs, Zxid):
        return None if ledger.zxid(theirs.value, ours.value) else "zxid"
    if isinstance(theirs, Time):
        return None if ledger.time(theirs, ours) else "time"
    if isinstance(theirs, SessionId):
        return None if ledger.session(theirs.value, ours.value) else "session"
    if isinstance(theirs, Hidden):
        return None
    if isinstance(theirs, Unordered):
        return None if sorted(map(repr, theirs.values)) == sorted(map(repr, ours.values)) else "elements"
    if isinstance(theirs, dict):
        if theirs.keys() != ours.keys():
            return "fields"
        return _first(ledger, ((key, theirs[key], ours[key]) for key in theirs))
    if isinstance(theirs, (list, tuple)):
        if len(theirs) != len(ours):
            return "length"
        return _first(ledger, ((str(i), a, b) for i, (a, b) in enumerate(zip(theirs, ours))))
    return None if theirs == ours else "value"


def _first(ledger, triples):
    for name, theirs, ours in triples:
        inner = same(ledger, theirs, ours)
        if inner is not None:
            return f"{name}.{inner}"
    return None


def same_frame(ledger, request, theirs, ours):
    """None if equal or kept; else where they differ."""
    where = _differs(ledger, theirs, ours)
    rule = None if where is None else allowed(ledger.rules, request, theirs, ours)
    if rule is None:
        return where
    if rule.mend is not None:
        return _differs(ledger, rule.mend(request, theirs), ours)
    if rule.name == "multi-null-path":  # Java's last zxid stays, Paddock's grows by the error transaction
        ledger.also[theirs.zxid.value] = ours.zxid.value
    if rule.name == "refused-without-a-zxid":  # the other way round
        return None if ledger.skip(theirs.zxid.value, ours.zxid.value) else where
    return None


def _differs(ledger, theirs, ours):
    if type(theirs) is not type(ours):
        return "kind of frame"
    if isinstance(theirs, ConnectionClosed):
        return None
    if isinstance(theirs, Event):
        for name in ("kind", "state", "path"):
            if getattr(theirs, name) != getattr(ours, name):
                return name
        return None if ledger.zxid(theirs.zxid, ours.zxid) else "zxid"
    for name in ("xid", "err"):
        if getattr(theirs, name) != getattr(ours, name):
            return name
    return same(ledger, {"zxid": theirs.zxid, **theirs.body}, {"zxid": ours.zxid, **ours.body})


def compare_streams(ledger, requests, theirs, ours, any_order=False):
    """Both connections' frames of one step. Returns (where, request, their frame, our frame) of the first
    difference, or None. `any_order`: events between two replies are compared as a set, because Java walks a
    hash set when it closes a session."""
    if any_order:
        theirs, ours = _sorted_events(theirs), _sorted_events(ours)
    by_xid = {request.xid: request for request in requests}
    for i in range(max(len(theirs), len(ours))):
        a = theirs[i] if i < len(theirs) else None
        b = ours[i] if i < len(ours) else None
        request = by_xid.get(getattr(a, "xid", None)) or by_xid.get(getattr(b, "xid", None))
        if a is None or b is None:
            return "one frame more", request, a, b
        where = same_frame(ledger, request, a, b)
        if where is not None:
            return where, request, a, b
    return None


def _sorted_events(frames):
    result, run = [], []
    for frame in frames + [None]:
        if isinstance(frame, Event):
            run.append(frame)
            continue
        result += sorted(run, key=lambda event: (event.path or "", event.kind))
        run = []
        if frame is not None:
            result.append(frame)
    return result
