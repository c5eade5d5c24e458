"""The random corpus: steps of requests from one seed. What comes next may depend on the oracle's replies (which
nodes exist, which versions they have), never on those of the server under test.

Paths live in zones, so that known differences between 3.8.0 and 3.9.5 do not meet (kept_differences.NOT_SENT):
  /o  nodes anyone may read; standard watches
  /s  nodes with all kinds of ACLs; standard watches except by exists
  /p  nodes anyone may read; persistent watches only, one mode a path
  /q  nodes below quotas; one request at a time
"""
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha1

from harness.wire import OPEN_ACL
from kept_differences import is_prepared_in_part
from messages import Request, Spelling, ZxidAt
from sides import Place

NAMES = ["a", "b", "c", "d", "e", "\u00fc", "x y", "...", ".h"]
ODD_PATHS = ["", "a", "/a/", "//", "/o//a", "/o/./a", "/o/../a", "/o/.", "/o/..", "/o/\u0000", "/o/\u0001",
             "/o/\u001f", "/o/\u007f", "/o/\u009f", "/o/\ue000", "/o/\ufff0", "/o/\ufffe", "/o/", "/o/a/",
             "/missing//x", "//x", "/zookeeper", "/zookeeper/quota", "/zookeeper/config", "/", None,
             b"/o/\xff", b"/o/\xf0\x9f\x98\x80", b"/o/\xc3", "/zookeeper/quota/", "/o/" + "n" * 300]
PASSWORDS = {"u1": b"u1:one", "u2": b"u2:two", "super": b"super:test"}
DIGESTS = {name: f"{name}:" + b64encode(sha1(PASSWORDS[name]).digest()).decode() for name in ("u1", "u2")}
ACLS = [OPEN_ACL, [(1, "world", "anyone")], [(31, "auth", "")], [(31, "auth", ""), (1, "world", "anyone")],
        [(31, "digest", DIGESTS["u1"])], [(31, "digest", DIGESTS["u2"]), (1, "digest", DIGESTS["u1"])],
        [(15, "world", "anyone")], [(30, "world", "anyone")], [(16, "world", "anyone")], [(31, "ip", "127.0.0.1")],
        [(31, "ip", "127.0.0.1/8")], [(31, "ip", "10.1.2.3")], [(31, "ip", "10.0.0.0/8"), (3, "auth", "x")],
        [(0, "world", "anyone")], [(95, "world", "anyone")],
        [(31, "world", "anyone"), (31, "world", "anyone"), (1, "world", "anyone")], [(31, "digest", ":p")]]
# Each is refused: nodes of /o and /p stay readable for all.
BAD_ACLS = [None, [], [(31, "nope", "x")], [(31, "world", "other")], [(31, "ip", "1.2.3")], [(31, "ip", "1.2.3.4/99")],
            [(31, "digest", "nocolon")], [(31, "digest", "u:")], [(31, None, "x")],
            [(31, "world", None)], [(31, "nope", None)], [(31, "sasl", "bob")], [(31, "x509", "CN=x")],
            [(31, "digest", "a:b:c")], [(31, "super", "")], [(31, "world", "anyone"), (31, "nope", "x")]]
READABLE_ACLS = [OPEN_ACL, [(1, "world", "anyone")], [(31, "auth", ""), (1, "world", "anyone")], [(15, "world", "anyone")]]


@dataclass
class Step:
    """Requests that one connection sends without waiting in between; or `action`, something else it does."""
    connection: int
    requests: list = field(default_factory=list)
    action: str = ""
    raw: bytes = b""
    barrier: bool = False  # afterwards all connections are drained, their events compared as sets
    place: Place = None    # where the session goes
    login: tuple = ()      # a user of SASL, and how it goes about it


class Corpus:
    acls, bad_acls = ACLS, BAD_ACLS

    def __init__(self, random, connections):
        self.random = random
        self.connections = connections
        self.stats = {}        # path -> the oracle's newest stat of it
        self.watched = {i: ["/never"] for i in range(connections)}  # per connection, paths it asked to watch
        self.careful = False   # this request is meant to succeed
        self.makers = [
            (14, self.create), (5, self.create2), (3, self.create_container), (3, self.create_ttl),
            (10, self.delete), (13, self.set_data), (4, self.set_acl), (5, self.get_acl), (8, self.exists),
            (11, self.get_data), (5, self.get_children), (4, self.get_children2), (2, self.sync),
            (11, self.multi), (4, self.multi_read), (5, self.add_watch), (2, self.set_watches),
            (3, self.watcher), (1, self.get_ephemerals), (1, self.count_children), (1, self.who_am_i),
            (1, self.ping), (1, self.reconfig), (2, self.malformed),
        ]
        self.weights = [weight for weight, _ in self.makers]

    # --- What the oracle's replies teach ---
    def learn(self, request, reply):
        """`reply`: err and body of the oracle."""
        path = request.fields.get("path")
        if reply.err == 0 and request.op == "delete":
            self.stats.pop(path, None)
        elif reply.err == -101:
            self.stats.pop(path, None)
        elif reply.err == 0:
            created = reply.body.get("path")
            if isinstance(created, str) and request.op.startswith("create"):
                path = created
                self.stats.setdefault(path, None)
            if isinstance(path, str) and "stat" in reply.body:
                self.stats[path] = reply.body["stat"]
            for result in reply.body.get("results", ()):
                if result[0] in ("create", "create2") and result[1] == 0:
                    self.stats.setdefault(result[2], None)

    # --- Arguments ---
    def zone(self, zones="oosss"):
        return "/" + self.random.choice(zones)

    def path(self, zone=None):
        zone = zone or self.zone()
        known = None
        if self.careful or self.random.random() < 0.6:
            known = [path for path in self.stats if path.startswith(zone)]
        if known:
            return self.random.choice(known)
        return self.fresh(zone)

    def fresh(self, zone):
        depth = self.random.choice((0, 1, 1, 1, 2, 2, 3))
        return "/".join([zone] + self.random.choices(NAMES, k=depth))

    def below_known(self, zone):
        """A path that a create may well succeed with: a short one, below a node that is there."""
        parents = [path for path, stat in self.stats.items() if path.startswith(zone) and path.count("/") < 4 and
                   (stat is None or stat["owner"].value == 0)]
        parent = self.random.choice(parents) if parents and self.random.random() < 0.85 else self.fresh(zone)
        return parent + "/" + (self.random.choice(NAMES) if self.random.random() < 0.6 else
                               f"n{self.random.randrange(1000)}")

    def maybe_odd(self, path, share=0.03):
        return self.random.choice(ODD_PATHS) if not self.careful and self.random.random() < share else path

    def version(self, path, field_name="version"):
        kind = self.random.random() * (0.7 if self.careful else 1)
        if kind < 0.55:
            return -1
        stat = self.stats.get(path)
        if stat is not None and kind < 0.85:
            return stat[field_name]
        return self.random.choice((0, 1, 2, 3, -2, 2**31 - 1, -2**31))

    def data(self):
        kind = self.random.random()
        if kind < 0.08:
            return None
        if kind < 0.16:
            return b""
        size = self.random.choice((1, 5, 20, 100)) if kind < 0.97 else self.random.randrange(1000, 6000)
        return self.random.randbytes(size)

    def acl(self, path):
        zone = (path or "")[:2] if isinstance(path, str) else ""
        if not self.careful and self.random.random() < 0.12:
            return self.random.choice(self.bad_acls)
        if self.random.random() < (0.8 if self.careful else 0.6):
            return OPEN_ACL
        return self.random.choice(self.acls if zone == "/s" else READABLE_ACLS)

    def place(self):
        return ZxidAt(self.random.randrange(1 << 30) if self.random.random() < 0.5 else -self.random.randrange(1, 30))

    # --- Requests ---
    def create_fields(self, zone, flags):
        path = self.below_known(zone or self.zone("oosssp"))
        if flags in (2, 3, 6) and self.random.random() < 0.3:
            path += "/"
        path = self.maybe_odd(path)
        return {"path": path, "data": self.data(), "acl": self.acl(path), "flags": flags}

    def create(self, zone=None, op="create"):
        odd = 0 if self.careful else 0.3
        flags = self.random.choices((0, 1, 2, 3, 4, 5, 6, 7, -1), (8, 4, 3, 2, 0.3, odd, odd, odd, odd))[0]
        return Request(op, self.create_fields(zone, flags))

    def create2(self, zone=None):
        return self.create(zone, "create2")

    def create_container(self, zone=None):
        return Request("createContainer", self.create_fields(zone, self.random.choices(
            (4, 0, 1, 2, 3, 5, 9), (8, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3))[0]))

    def create_ttl(self, zone=None):
        odd = 0 if self.careful else 0.3
        flags = self.random.choices((5, 6, 0, 1, 4, 7), (6, 4, odd, odd, odd, odd))[0]
        ttls = (1, 1000, 10**6, 0xffffffffff)
        ttl = self.random.choice(ttls if self.careful else ttls + (0x10000000000, 0, -1, 2**63 - 1))
        return Request("createTTL", dict(self.create_fields(zone, flags), ttl=ttl if flags in (5, 6) else abs(ttl)))

    def delete(self, zone=None):
        path = self.maybe_odd(self.path(zone or self.zone("oosssp")))
        return Request("delete", {"path": path, "version": self.version(path)})

    def set_data(self, zone=None):
        path = self.maybe_odd(self.path(zone or self.zone("oosssp")))
        return Request("setData", {"path": path, "data": self.data(), "version": self.version(path)})

    def set_acl(self):
        path = self.maybe_odd(self.path())
        if path in ("/o", "/s"):
            path += "/a"
        return Request("setACL", {"path": path, "acl": self.acl(path), "version": self.version(path, "aversion")})

    def get_acl(self):
        return Request("getACL", {"path": self.maybe_odd(self.path())})

    def read(self, op, watch_zones):
        path = self.path(self.zone("oosssp"))
        watch = path[:2] in watch_zones and self.random.random() < 0.5
        if watch:
            self.watched[self.connection].append(path)
        return Request(op, {"path": path if watch else self.maybe_odd(path), "watch": watch})

    def exists(self):
        return self.read("exists", ("/o",))

    def get_data(self):
        return self.read("getData", ("/o", "/s"))

    def get_children(self):
        return self.read("getChildren", ("/o", "/s"))

    def get_children2(self):
        return self.read("getChildren2", ("/o", "/s"))

    def sync(self):
        path = self.maybe_odd(self.path())
        return Request("sync", {"path": self.path() if isinstance(path, bytes) else path})

    def multi(self, zone=None):
        zone = zone or self.zone("oossp")
        ops = []
        for _ in range(self.random.choice((0, 1, 2, 2, 3, 3, 4, 6))):
            kind = self.random.choices(("create", "create2", "createContainer", "createTTL", "delete", "setData",
                                        "check"), (6, 2, 1, 1, 4, 5, 4))[0]
            if kind == "check":
                path = self.maybe_odd(self.path(zone))
                ops.append((kind, {"path": path, "version": self.version(path)}))
            elif kind in ("delete", "setData"):
                ops.append((kind, getattr(self, {"delete": "delete", "setData": "set_data"}[kind])(zone).fields))
            else:
                maker = {"create": self.create, "create2": self.create2, "createContainer": self.create_container,
                         "createTTL": self.create_ttl}[kind]
                ops.append((kind, maker(zone).fields))
        stray = 0.5 if self.careful else self.random.random()
        if stray < 0.03:
            ops.insert(self.random.randrange(len(ops) + 1), ("getData", {"path": "/o", "watch": False}))
        elif stray < 0.05:
            ops.insert(self.random.randrange(len(ops) + 1), ("setACL", {"path": "/o", "acl": OPEN_ACL, "version": -1}))
        return Request("multi", {"ops": ops, "end": stray < 0.97})

    def multi_read(self):
        ops = []
        for _ in range(self.random.choice((0, 1, 2, 3, 5))):
            path = self.maybe_odd(self.path(self.zone("oosssp")), 0.02)
            ops.append((self.random.choice(("getData", "getChildren")), {"path": "/o" if path is None else path,
                                                                        "watch": self.random.random() < 0.2}))
        if self.random.random() < 0.08:
            ops.insert(self.random.randrange(len(ops) + 1), ("delete", {"path": "/o/a", "version": -1}))
        return Request("multiRead", {"ops": ops})

    def persistent_path(self, connection, mode):
        """A path of zone /p on which this connection only ever uses this mode."""
        path = self.path("/p")
        while (sum(path.encode()) + connection) % 2 != mode:
            path = self.fresh("/p")
        return path

    def add_watch(self):
        mode = self.random.choice((0, 1))
        if self.random.random() < 0.05:
            return Request("addWatch", {"path": "/p", "kind": self.random.choice((2, -1, 7))})
        path = self.persistent_path(self.connection, mode)
        self.watched[self.connection].append(path)
        return Request("addWatch", {"path": path, "kind": mode})

    def set_watches(self):
        op = self.random.choice(("setWatches", "setWatches2"))
        lists = [[self.path(self.zone("os")) for _ in range(self.random.choice((0, 0, 1, 2, 5)))] for _ in range(3)]
        lists[1] = [path for path in lists[1] if path.startswith("/o")]
        if op == "setWatches2":
            lists += [[self.persistent_path(self.connection, mode) for _ in range(self.random.choice((0, 1, 3)))]
                      for mode in (0, 1)]
        if self.random.random() < 0.04:
            lists[0] = None
        return Request(op, {"since": self.place(), "lists": lists})

    def watcher(self):
        op = self.random.choice(("checkWatches", "removeWatches"))
        kind = self.random.random()
        if kind < 0.05:
            return Request(op, {"path": "/never", "kind": self.random.choice((4, 5))})
        if kind < 0.1:
            return Request(op, {"path": "/o", "kind": self.random.choice((0, 6, -1))})
        path = self.random.choice(self.watched[self.connection][-20:])
        return Request(op, {"path": path, "kind": 3 if path.startswith("/p") else self.random.choice((1, 2, 3))})

    def get_ephemerals(self):
        return Request("getEphemerals", {"path": self.random.choice((None, "", " ", "/", "/o", "/s/a", "/o/a", "x"))})

    def count_children(self):
        return Request("getAllChildrenNumber", {"path": self.maybe_odd(self.path(self.random.choice(("/o", "/s", "/"))))})

    def who_am_i(self):
        return Request("whoAmI")

    def ping(self):
        return Request("ping")

    def reconfig(self):
        return Request("reconfig", {"joining": self.random.choice((None, "server.2=a:1:2:participant;3")),
                                    "leaving": self.random.choice((None, "1")), "members": None, "config": -1})

    def malformed(self):
        maker = self.random.choice((self.create, self.create2, self.delete, self.set_data, self.set_acl, self.get_acl,
                                    self.exists, self.get_data, self.get_children, self.sync, self.multi,
                                    self.multi_read, self.watcher, self.create_ttl, self.count_children,
                                    self.set_watches))
        request = maker()
        body = request.body(Spelling())
        if request.op in ("exists", "getData", "getChildren", "delete", "setData") and self.random.random() < 0.4:
            length = self.random.choice((-2, -2**31, 2**31 - 1, 1 << 20, 1 << 24))
            request.raw = length.to_bytes(4, "big", signed=True) + body[4:]
        elif request.op not in ("createTTL", "multi") and self.random.random() < 0.15:
            request.raw = body + self.random.randbytes(self.random.randrange(1, 9))
        else:
            request.raw = body[:self.random.randrange(len(body))] if body else b""
        return request

    # --- Steps ---
    def burst(self, connection):
        self.connection = connection
        count = self.random.choice((1, 1, 2, 3, 5, 8, 16, 30))
        requests = []
        while len(requests) < count:
            maker = self.random.choices([maker for _, maker in self.makers], self.weights)[0]
            self.careful = maker != self.malformed and self.random.random() < 0.55
            request = maker()
            requests.append(request)
            if request.op == "setACL" or request.raw is not None or is_prepared_in_part(request):
                break
        return Step(connection, requests)

    def quota_step(self, connection):
        self.connection = connection
        self.careful = self.random.random() < 0.7
        kind = self.random.random()
        quota = "/zookeeper/quota/q"
        if kind < 0.12:
            text = self.random.choice((b"count=-1,bytes=-1", b"count=5,bytes=100", b"count=3,bytes=-1",
                                       b"count=-1,bytes=-1=;byteHardLimit=300;countHardLimit=6",
                                       b"count=-1,bytes=-1=;countHardLimit=8", b"count=2,bytes=50=;byteHardLimit=500"))
            op = self.random.choice(("create", "setData"))
            name = self.random.choice(("", "/zookeeper_limits", "/zookeeper_limits", "/zookeeper_stats"))
            fields = {"path": quota + name, "data": text if name.endswith("limits") else b"count=0,bytes=0"}
            if op == "setData" and name == "/zookeeper_limits":
                return Step(connection, [Request("setData", dict(fields, version=-1))])
            return Step(connection, [Request("create", dict(fields, acl=OPEN_ACL, flags=0))])
        if kind < 0.15:
            return Step(connection, [Request("delete", {"path": quota + "/zookeeper_limits", "version": -1})])
        if kind < 0.3:
            name = self.random.choice(("/zookeeper_limits", "/zookeeper_stats"))
            return Step(connection, [Request("getData", {"path": quota + name, "watch": False})])
        maker = self.random.choice((self.create, self.create2, self.delete, self.set_data, self.multi))
        return Step(connection, [maker("/q")])

    def step(self):
        connection = self.random.randrange(self.connections)
        kind = self.random.random()
        if kind < 0.12:
            return self.quota_step(connection)
        if kind < 0.14:
            return self.auth(connection)
        if kind < 0.165:
            return Step(connection, action=self.random.choice(
                ("reconnect", "reconnect", "wrong password", "new session", "zxid of the future", "second connection")))
        if kind < 0.175:
            return Step(connection, [Request("closeSession")], action="close", barrier=True)
        if kind < 0.18:
            return Step(connection, [Request("unknown", code=self.random.choice((0, 10, 23, 99, 108, -1, -12, 1000)))],
                        action="refused")
        if kind < 0.185:
            raw = self.random.choice((b"\xff\xff\xff\xff", b"\x80\0\0\0", (2_000_000).to_bytes(4, "big"),
                                      (1_048_576).to_bytes(4, "big"), b"\0\0\0\3abc", b"\0\0\0\0"))
            return Step(connection, action="raw", raw=raw)
        return self.burst(connection)

    def auth(self, connection):
        name = self.random.choice(("u1", "u2", "super", "u1", "u2"))
        kind = self.random.random()
        if kind < 0.1:
            return Step(connection, [Request("auth", {"scheme": "nope", "auth": b"x"})], action="refused")
        if kind < 0.15:
            return Step(connection, [Request("auth", {"scheme": "digest", "auth": None})], action="refused")
        if kind < 0.2:
            return Step(connection, [Request("auth", {"scheme": "ip", "auth": b""})])
        if name == "super" and connection != self.connections - 1:
            name = "u1"
        return Step(connection, [Request("auth", {"scheme": "digest", "auth": PASSWORDS[name]})])
