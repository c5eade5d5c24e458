"""What random steps would hardly bring about: each user meets what each other has made, the configuration changes, a
session expires, a server demands a login, all start again with other settings, and one is left alone."""
from corpus import DIGESTS, PASSWORDS, Step
from connection import Difference
from ensemble_corpus import BAD_RECONFIGS, CERTIFICATES, RECONFIGS, ROLES, reconfig
from harness.wire import OPEN_ACL
from messages import CONFIG, Request, ZxidAt
from sides import Place
from steps import CONNECTIONS

# name -> (certificate, digest credential, SASL user)
USERS = {"nobody": (None, None, None), "u1": (None, "u1", None), "u2": (None, "u2", None), "super": (None, "super", None),
         "bob of TLS": ("bob", None, None), "eve of TLS": ("eve", None, None), "root of TLS": ("root", None, None),
         "bob of SASL": (None, None, "bob"), "admin of SASL": (None, None, "admin"), "both bobs": ("bob", "u1", "bob")}
OWNED = {"world": OPEN_ACL, "u1": [(31, "digest", DIGESTS["u1"])], "here": [(31, "ip", "127.0.0.1")],
         "near": [(31, "ip", "127.0.0.0/8")], "far": [(31, "ip", "10.0.0.0/8")],
         "bob of TLS": [(31, "x509", CERTIFICATES["bob"][1])], "bob of SASL": [(31, "sasl", "bob")],
         "read": [(1, "sasl", "bob"), (16, "x509", "CN=eve"), (8, "world", "anyone")]}
WRITES = ("create", "delete", "setData", "setACL", "sync", "multi", "create2", "reconfig", "createContainer", "createTTL")


def create(path, acl=OPEN_ACL, flags=0, data=b""):
    return Request("create", {"path": path, "data": data, "acl": acl, "flags": flags})


def get(path, watch=False):
    return Request("getData", {"path": path, "watch": watch})


class Scenes:
    def __init__(self, run):
        self.run = run

    # --- Who is there ---
    def visitor(self, name="nobody", role=0):
        """The number of a new session of that user."""
        certificate, digest, sasl = USERS[name]
        connection = self.run.connection(Place(role, certificate))
        self.run.open(connection)
        self.run.connections.append(connection)
        number = len(self.run.connections) - 1
        if sasl:
            self.run.take(Step(number, action="sasl", login=(sasl, "right")))
        if digest:
            self.say(number, Request("auth", {"scheme": "digest", "auth": PASSWORDS[digest]}))
        return number

    def say(self, number, *requests):
        """One by one."""
        for request in requests:
            self.run.take(Step(number, [request]))

    def leave(self):
        """All visitors, whose numbers are free again."""
        while len(self.run.connections) > CONNECTIONS:
            number = len(self.run.connections) - 1
            self.run.burst(Step(number, [Request("closeSession")]), until_closed=True)
            self.run.connections.pop().close()
        self.run.barrier()

    # --- Scenes ---
    def users(self):
        numbers = [self.visitor(name, place % ROLES) for place, name in enumerate(USERS)]
        maker = numbers[0]
        self.say(maker, create("/who"))
        self.say(maker, *(create(f"/who/{name}", acl) for name, acl in OWNED.items()))
        for number, user in zip(numbers, USERS):
            self.say(number, Request("whoAmI"), create(f"/who/of {user}", [(31, "auth", "")]))
        for number in numbers:
            paths = [f"/who/{name}" for name in OWNED] + [f"/who/of {user}" for user in USERS]
            self.say(number, *(Request(op, {"path": path, "watch": False}) for path in paths for op in ("getData", "getACL")))
            self.say(number, *(Request("setData", {"path": path, "data": b"x", "version": -1}) for path in paths))
        self.leave()

    def travellers(self):
        """From each server to each other: their nodes and watches go with them, what they left behind ends."""
        writer = self.visitor("u1")
        for old in range(ROLES):
            for new in range(ROLES):
                self.travel(writer, old, new)
        self.leave()

    def travel(self, writer, old, new):
        base = f"/way{old}{new}"
        self.say(writer, create(base), create(f"{base}/seen"))
        number = self.visitor(role=old)
        self.say(number, create(f"{base}/mine", flags=1), get(f"{base}/seen", watch=True),
                 Request("exists", {"path": f"{base}/later", "watch": True}),
                 Request("getChildren2", {"path": base, "watch": True}),
                 Request("addWatch", {"path": f"{base}/mine", "kind": 0}),
                 Request("addWatch", {"path": f"{base}/deep", "kind": 1}))
        lists = [[f"{base}/seen"], [f"{base}/later"], [base], [f"{base}/mine"], [f"{base}/deep"]]
        again = Request("setWatches2", {"since": ZxidAt(-1), "lists": lists})
        take = self.run.take
        take(Step(number, [again], action="reconnect" if old == new else "move", place=Place(new)))
        self.say(writer, *(create(f"{base}/{name}") for name in ("later", "deep", "deep/er")),
                 Request("setData", {"path": f"{base}/seen", "data": b"", "version": -1}))
        self.say(number, Request("getEphemerals", {"path": ""}), create(f"{base}/later/still"))
        take(Step(number, action="wrong password", place=Place((new + 1) % ROLES)))
        take(Step(number, [Request("setWatches", {"since": ZxidAt(1), "lists": lists[:3]})], action="reconnect",
                  place=Place(new, "eve")))
        take(Step(number, action="closed by the old", place=Place(old)))
        take(Step(number, action="expired", place=Place(new)))
        self.say(number, get(f"{base}/mine"))
        for certificate in ("nobody", "mallory"):
            take(Step(number, action="bad certificate", place=Place(new, certificate)))

    def reconfigurations(self):
        """With rights and without, at each server; who watches the configuration hears of it."""
        watcher = self.visitor(role=1)
        for role in range(ROLES):
            stranger, master = self.visitor("nobody", role), self.visitor("super", role)
            self.say(stranger, get(CONFIG), *(reconfig(*form) for form in RECONFIGS[role::2] + BAD_RECONFIGS))
            for form in RECONFIGS[role::2] + BAD_RECONFIGS:
                self.say(watcher, get(CONFIG, watch=True))
                self.say(master, reconfig(*form))
            self.say(master, reconfig("{new}", None, None, self.versions(master)), reconfig(None, "9", None, -1),
                     Request("setData", {"path": CONFIG, "data": b"", "version": 77}),
                     Request("delete", {"path": CONFIG, "version": -1}))
        self.pending(master)
        self.leave()

    def versions(self, number):
        """Of the configuration, on both sides, which may be named as the one to start from."""
        theirs, ours = self.run.connections[number].exchange([get(CONFIG)])
        return tuple(frames[-1].body["data"]["version"].value for frames in (theirs, ours))

    def pending(self, number):
        """Two at once: the followers are stopped, so that the first cannot have been committed."""
        master = self.visitor("super", 0)
        followers = [server for side in self.run.sides for server in side.servers[1:]]
        self.run.settle(0)
        requests = [reconfig("{new}", None, None, -1), reconfig(None, "9", None, -1), create("/who/behind")]
        connection = self.run.connections[master]
        connection.number(requests)
        for follower in followers:
            follower.pause()
        connection.send(requests)
        for side, wire in zip(connection.sides, connection.wires):
            if wire.readable(0.5):
                raise Difference(f"{side.servers[0]} answers {wire.frame()} alone")
        for follower in followers:
            follower.resume()
        theirs, ours = connection.listen(requests)
        self.run.compare(Step(master, requests), theirs, ours)
        self.run.touched(0)

    def expiry(self):
        """The leader ends a session that was silent at a follower; its node goes, its connection, and it cannot be had back."""
        watcher = self.visitor(role=2)
        for role in (1, 0):
            silent = self.run.connection(Place(role))
            self.run.open(silent, timeout=1000)
            silent.number(requests := [create(f"/silent{role}", flags=1)])
            silent.send(requests)
            self.run.compare(Step(watcher, requests), *silent.listen(requests))
            self.run.touched(role)
            self.say(watcher, Request("exists", {"path": f"/silent{role}", "watch": True}))
            self.hear(watcher, 1)
            self.run.stale = set(range(ROLES))
            self.run.settle(role)
            self.run.compare(Step(watcher), *silent.listen([], until_closed=True))
            silent.close()
            self.run.refused(silent.ids, silent.passwords, "an expired session", silent, Place(2))
        self.leave()

    def hear(self, number, count):
        """Waits for events on both sides."""
        connection = self.run.connections[number]
        theirs, ours = connection.hear(count)
        self.run.compare(Step(number), theirs, ours)

    def demanded(self):
        """A follower comes back, and answers nobody who has not logged in."""
        for number, connection in enumerate(self.run.connections):
            if connection.place.role == 2:
                self.run.take(Step(number, action="reconnect", place=Place(1)))
        self.run.restart([2], {"enforce.auth.enabled": "true", "enforce.auth.schemes": "digest,x509"})
        for requests in ([get("/")], [Request("ping")], [create("/who/undemanded")], [Request("closeSession")],
                         [Request("sasl", {"token": b""}), get("/")],
                         [Request("auth", {"scheme": "ip", "auth": b""}), get("/")]):
            number = self.visitor(role=2)
            self.run.burst(Step(number, requests), until_closed=True)
            self.run.connections.pop().close()
        for user in ("u1", "bob of TLS", "both bobs"):
            number = self.visitor(user, 2)
            self.say(number, get("/"), create("/who/demanded"), Request("delete", {"path": "/who/demanded", "version": -1}))
        self.leave()

    def refounded(self):
        """All start again, may not be reconfigured any more, and new sessions are local; those of before are still there."""
        number = 0
        self.say(number, create("/kept", flags=1))
        self.run.restart(range(ROLES), {"enforce.auth.enabled": "false", "reconfigEnabled": "false",
                                        "localSessionsEnabled": "true"})
        self.say(number, get("/kept"))
        for role in range(ROLES):
            self.local(role)
        self.leave()
        for role in range(ROLES):
            master = self.visitor("super", role)
            self.say(master, get(CONFIG), reconfig(*RECONFIGS[0]), reconfig(*BAD_RECONFIGS[1]))
        self.leave()

    def local(self, role):
        """A session that only its server knows: it owns no nodes, and is nobody elsewhere."""
        visitor = self.visitor("u1", role)
        self.say(visitor, *(Request(op, dict(create(f"/who/local{role}{op}").fields, flags=flags))
                            for op in ("create", "create2") for flags in (1, 3, 2)))
        self.say(visitor, Request("getEphemerals", {"path": ""}), get("/kept", watch=True), Request("whoAmI"))
        self.run.take(Step(visitor, action="wrong password", place=Place((role + 1) % ROLES)))
        connection = self.run.connections[visitor]
        self.run.refused(connection.ids, connection.passwords, "a local session elsewhere", connection,
                         Place((role + 2) % ROLES))
        self.run.take(Step(visitor, action="reconnect", place=Place(role)))
        self.say(visitor, get("/kept"))

    def alone(self):
        """A server without the others serves readers who take it as it is, and nobody else."""
        self.run.leave_alone(2, {"localSessionsEnabled": "true"})  # without which Java has no sessions for them
        stranger = self.run.connection()
        _, answers = stranger.handshake()
        stranger.check_same("one who wants to write", answers)
        reader = self.run.connection()
        self.run.open(reader, read_only=b"\1")
        self.run.connections.append(reader)
        number = len(self.run.connections) - 1
        self.say(number, Request("auth", {"scheme": "digest", "auth": PASSWORDS["u1"]}), Request("whoAmI"))
        for op in WRITES:
            self.say(number, Request(op, {"path": "/"}, raw=b"\0\0"))
        self.say(number, create("/who/alone", flags=1), get("/who/u1", watch=True), get("/who/bob of SASL"), get("/none"),
                 Request("exists", {"path": "/none", "watch": True}), Request("getChildren", {"path": "/", "watch": True}),
                 Request("getChildren2", {"path": "/who", "watch": False}), Request("getACL", {"path": "/who/u1"}),
                 Request("getAllChildrenNumber", {"path": "/"}), Request("getEphemerals", {"path": ""}),
                 Request("addWatch", {"path": "/p", "kind": 0}), Request("removeWatches", {"path": "/p", "kind": 3}),
                 Request("checkWatches", {"path": "/", "kind": 1}), Request("ping"),
                 Request("setWatches", {"since": ZxidAt(-1), "lists": [["/none"], ["/who"], ["/who"]]}),
                 Request("multiRead", {"ops": [("getData", {"path": "/who/u2", "watch": False})]}))
        self.run.burst(Step(number, [Request("closeSession")]), until_closed=True)
