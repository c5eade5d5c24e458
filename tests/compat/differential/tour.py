"""Requests that bring about every error of every operation, whatever the seed. Each call has a folder of its own."""
from corpus import DIGESTS, Step
from harness.wire import OPEN_ACL
from messages import Request
from outcomes import CREATES

FLAGS = {"create": 0, "create2": 0, "createContainer": 4, "createTTL": 5}
READS = ("getData", "getACL", "getChildren", "getChildren2", "getAllChildrenNumber")
NOT_MINE = [(31, "digest", DIGESTS["u2"])]
NOT_READABLE = [(30, "world", "anyone")]
HARD_QUOTA = b"count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=2"


class Tour:
    def __init__(self, connection, base):
        self.connection = connection
        self.base = base

    def path(self, name):
        return f"{self.base}/{name}"

    def creation(self, op, name, acl=OPEN_ACL, data=b"", **more):
        fields = {"path": self.path(name), "data": data, "acl": acl, "flags": FLAGS[op]}
        if op == "createTTL":
            fields["ttl"] = 10**6
        return Request(op, {**fields, **more})

    def node(self, name, **more):
        return self.creation("create", name, **more)

    def change(self, op, name, version=-1, **more):
        return Request(op, {"path": self.path(name), "version": version, **more})

    def together(self, *requests):
        return Request("multi", {"ops": [(request.op, request.fields) for request in requests]})

    def steps(self):
        """One at a time where Java looks at what it has applied: rights, quotas, and what it cannot read."""
        yield self.step(self.node("", path=self.base))
        yield self.step(*(self.node(name) for name in ("open", "closed", "full", "full/child", "limited")),
                        self.node("closed/child"), self.node("deaf", acl=NOT_READABLE), self.node("mine", flags=1))
        yield self.step(self.change("setACL", "closed", acl=NOT_MINE))
        quota = f"/zookeeper/quota{self.base}"
        for path, data in ((quota, b""), (f"{quota}/limited", b""), (f"{quota}/limited/zookeeper_limits", HARD_QUOTA),
                           (f"{quota}/limited/zookeeper_stats", b"count=1,bytes=0")):
            yield self.step(self.node("", path=path, data=data))
        yield self.step(self.node("limited/second"))
        for requests in (*map(self.of_create, CREATES), self.of_writes(), self.of_reads(), self.of_multi(),
                         self.of_multi_read(), self.of_watches()):
            for request in requests:
                yield self.step(request)
        yield self.step(Request("sasl", {"token": b""}))
        yield self.step(Request("sasl", {"token": None}), action="refused")
        yield self.step(Request("auth", {"scheme": "world", "auth": b"anyone"}), action="refused")
        yield self.step(Request("unknown", code=23), action="refused")

    def step(self, *requests, action=""):
        return Step(self.connection, list(requests), action=action)

    def of_create(self, op, inside=False):
        """What it may be answered, but for success in a multi, which would leave a node of that name."""
        yield self.creation(op, op if not inside else f"{op}-inside")
        yield self.creation(op, "open")
        yield self.creation(op, "none/child")
        yield self.creation(op, "closed/other")
        yield self.creation(op, "mine/child")
        yield self.creation(op, "open/\1")
        yield self.creation(op, "unknown", acl=[(31, "nope", "x")])
        yield self.creation(op, "limited/third")
        if not inside:
            yield Request(op, {"path": "/"}, raw=b"\0\0")

    def of_writes(self):
        for op, more in (("delete", {}), ("setData", {"data": b"x"}), ("setACL", {"acl": OPEN_ACL})):
            yield self.change(op, "none", **more)
            yield self.change(op, "open", version=77, **more)
            yield self.change(op, "closed/child" if op == "delete" else "closed", **more)
            yield Request(op, {"path": "/"}, raw=b"\0\0")
            yield Request(op, {"path": "/" if op == "delete" else None, "version": -1, **more})
            yield self.change(op, CREATES[1] if op == "delete" else "open", **more)
        yield self.change("delete", "full")
        yield self.change("setData", "limited", data=b"more than ten")
        yield self.change("setACL", "open", acl=[])

    def of_reads(self):
        yield Request("exists", {"path": self.path("open"), "watch": False})
        yield Request("exists", {"path": self.path("none"), "watch": False})
        yield Request("exists", {"path": self.path("o\0pen"), "watch": False})
        for op in READS:
            for name in ("open", "none", "closed", "deaf"):
                yield Request(op, {"path": self.path(name), "watch": False})
        for op in (*READS, "exists", "sync", "getEphemerals"):
            yield Request(op, {"path": "/"}, raw=b"\0\0")
        yield Request("sync", {"path": self.path("open")})
        yield Request("getEphemerals", {"path": self.base})
        yield Request("whoAmI")
        yield Request("ping")

    def of_multi(self):
        """Each failure has something before and something behind it."""
        check = self.change("check", "open")
        for op in CREATES:
            for request in self.of_create(op, inside=True):
                yield self.together(check, request, check)
        for op, more in (("delete", {}), ("setData", {"data": b"x"}), ("check", {})):
            for request in (self.change(op, "none", **more), self.change(op, "open", version=77, **more),
                            self.change(op, "full" if op == "delete" else "o\0pen", **more),
                            self.change(op, {"delete": "closed/child", "check": "deaf"}.get(op, "closed"), **more),
                            self.change(op, "/\0" if op == "delete" else "a//b", **more),
                            self.change(op, CREATES[2] if op == "delete" else "open", **more)):
                yield self.together(check, request, check)
        yield self.together(self.change("setData", "limited", data=b"more than ten"))
        yield self.together()
        for op in CREATES + ("delete", "setData"):
            yield self.together(check, self.change("delete", "none"), self.creation(op, "behind") if op in CREATES
                                else self.change(op, "open", data=b""))
        yield Request("multi", {"ops": [(check.op, check.fields)], "end": False})

    def of_multi_read(self):
        names = ("open", "none", "deaf")
        reads = [(op, {"path": self.path(name), "watch": False}) for op in ("getData", "getChildren") for name in names]
        yield Request("multiRead", {"ops": reads})
        yield Request("multiRead", {"ops": reads + [("delete", {"path": self.path("open"), "version": -1})]})

    def of_watches(self):
        watched = self.path("watched")
        yield self.node("watched")
        for op in ("checkWatches", "removeWatches"):
            yield Request("getData", {"path": watched, "watch": True})
            for path, kind in ((watched, 2), (watched, 9), (self.path("open"), 3)):
                yield Request(op, {"path": path, "kind": kind})
        for mode in (0, 7):
            yield Request("addWatch", {"path": self.path("kept"), "kind": mode})
        for op, count in (("setWatches", 3), ("setWatches2", 5)):
            yield Request(op, {"path": "/"}, raw=b"\0" * (8 + 4 * count))
            yield Request(op, {"path": "/"}, raw=b"\0" * 8 + b"\xff" * 4 * count)
