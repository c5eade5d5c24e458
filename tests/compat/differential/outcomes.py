"""Which operation was answered with which error: what a run has produced, and what it must produce."""
from collections import Counter

from messages import ConnectionClosed, Reply

CLOSED = "closed"  # the connection, instead of a reply
OF_CREATES = (0, -5, -8, -101, -102, -108, -110, -114, -125)
OF_READS = (0, -5, -101, -102)
CREATES = ("create", "create2", "createContainer", "createTTL")

# Each must come up in a run of full length, or it compares less than it claims. op -> errors
EXPECTED = {
    **{op: OF_CREATES for op in CREATES},
    "delete": (0, -5, -8, -101, -102, -103, -111),
    "setData": (0, -5, -8, -101, -102, -103, -125),
    "setACL": (0, -5, -8, -101, -102, -103, -114),
    "exists": (0, -5, -8, -101),
    **{op: OF_READS for op in ("getData", "getACL", "getChildren", "getChildren2", "getAllChildrenNumber")},
    "multi": (0, -2, -5, -8, -101, -102, -103, -108, -110, -111, -114, -125),
    **{f"multi.{op}": (0, -2, -8, -101, -102, -108, -110, -114) for op in CREATES},
    "multi.delete": (0, -2, -8, -101, -102, -103, -111),
    "multi.setData": (0, -2, -8, -101, -102, -103),
    "multi.check": (0, -2, -8, -101, -102, -103),
    "multiRead": (0, -5, -101, -102),
    "multiRead.getData": (0, -101, -102),
    "multiRead.getChildren": (0, -101, -102),
    "checkWatches": (0, -5, -121),
    "removeWatches": (0, -5, -121),
    "addWatch": (0, -5),
    "setWatches": (0, -5),
    "setWatches2": (0, -5),
    "sync": (0, -5),
    "auth": (0, -115),
    "sasl": (0, CLOSED),
    "getEphemerals": (0, ),
    "whoAmI": (0, ),
    "ping": (0, ),
    "closeSession": (0, ),
    "unknown": (-6, ),
    "reconfig": (-6, ),
}
# Of three servers: what they have more.
EXPECTED_OF_ENSEMBLE = {
    **EXPECTED,
    "reconfig": (0, -5, -8, -13, -14, -102, -103, -119, -123),
    "sasl": (0, -115, CLOSED),
    "getData": OF_READS + (-124, CLOSED),
    "connect": (0, -112, CLOSED),
    **{op: EXPECTED[op] + (-119, ) for op in (*CREATES, "delete", "setData", "setACL", "sync", "multi")},
    "create": OF_CREATES + (-119, -120, CLOSED),
    "create2": OF_CREATES + (-119, -120),
}


class Outcomes:
    def __init__(self):
        self.seen = Counter()  # (op, error) -> how often

    def note(self, requests, frames):
        """What the oracle said to these."""
        waiting = {request.xid: request for request in requests}
        for frame in frames:
            if isinstance(frame, Reply) and frame.xid in waiting:
                self.note_reply(waiting.pop(frame.xid), frame)
        if waiting and any(isinstance(frame, ConnectionClosed) for frame in frames):
            self.seen[next(iter(waiting.values())).op, CLOSED] += 1

    def note_reply(self, request, reply):
        results = reply.body.get("results")
        if results is None:
            self.seen[request.op, reply.err] += 1
            return
        errors = [result[-1] if result[0] == "error" else 0 for result in results if result[0] != "end"]
        for error in set(errors) - {0} or {0}:
            self.seen[request.op, error] += 1
        for (op, _), error in zip(request.fields["ops"], errors):
            if error or 0 == sum(errors) or request.op == "multiRead":
                self.seen[f"{request.op}.{op}", error] += 1

    def missing(self, expected):
        return [(op, error) for op, errors in expected.items() for error in errors if not self.seen[op, error]]

    def table(self):
        """A line for each operation, a column for each error."""
        errors = sorted({error for _, error in self.seen if error != CLOSED}, reverse=True)
        errors += [CLOSED] if any(error == CLOSED for _, error in self.seen) else []
        ops = sorted({op for op, _ in self.seen}, key=str.lower)
        yield " " * 24 + "".join(f"{error:>7}" for error in errors)
        for op in ops:
            yield f"  {op:22}" + "".join(f"{self.seen[op, error] or '.':>7}" for error in errors)
