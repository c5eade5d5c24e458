"""The corpus for three servers of each kind: sessions spread over them that travel, all ways to log in, and an ensemble
that can be reconfigured."""
from dataclasses import replace

from corpus import ACLS, BAD_ACLS, DIGESTS, Corpus, Step
from messages import Request, ZxidAt
from sides import Place

ROLES = 3
# name -> its subject, and what an ACL calls it
CERTIFICATES = {"bob": ("/C=DE/O=Clients/OU=a, b/CN=bob", "CN=bob,OU=a\\, b,O=Clients,C=DE"),
                "eve": ("/CN=eve", "CN=eve"), "root": ("/O=Test/CN=root", "CN=root,O=Test")}
SASL_USERS = {"bob": "secret", "admin": "hidden"}  # admin and root are super users
ENSEMBLE = "north"
# Only the last connection may do everything: it alone logs in as one who may.
SUPER_USERS = ("root", "admin", "super")
BAD_CREDENTIALS = [("nope", b"x"), ("world", b"anyone"), ("digest", None), ("sasl", b"bob"), ("x509", b""), ("super", b""),
                   ("ensemble", b"south"), ("", b""), (None, b"x"), ("auth", b"u1:one"), ("key", b"1")]
GOOD_CREDENTIALS = [("ip", b""), ("ip", b"10.1.2.3"), ("ensemble", b"north"), ("ensemble", b""), ("digest", b""),
                    ("digest", b"nocolon"), ("digest", b"a:b:c"), ("digest", "\u00fc:\u00fc".encode())]
# (joining, leaving, members, version): {m0} is the line of the leader, {n0} its number, {new} a member who never comes.
RECONFIGS = [("{new}", None, None, -1), (None, "9", None, -1), (None, "99", None, -1), (None, None, None, -1),
             ("{new}", "9", None, -1), (None, None, "{m0},{m1},{m2}", -1), (None, None, "{m0}\n{m1}\n{m2}\n{new}", -1),
             ("", "", "", -1), ("{m1}", None, None, -1)]
BAD_RECONFIGS = [("{new}", None, None, 77), ("some thing", None, None, -1), (None, "x", None, -1), (None, "1,2,3", None, -1),
                 ("server.9=127.0.0.1:1:2:observer", None, None, -1), ("server.9=127.0.0.1:1:1:observer;3", None, None, -1),
                 ("server.9=127.0.0.1:1:2:king;3", None, None, -1), ("server.x=127.0.0.1:1:2:observer;3", None, None, -1),
                 (None, None, "clientPort=3", -1), ("{new}", None, "{m0},{m1},{m2}", -1), (None, None, "", 77),
                 (None, None, "server.7=127.0.0.1:1:2;3,server.8=127.0.0.1:4:5;6,server.9=127.0.0.1:7:8;9", -1),
                 ("server.8=127.0.0.1:1:2:participant;3,server.9=127.0.0.1:4:5:participant;6,"
                  "server.7=127.0.0.1:7:8:participant;9", "{n1},{n2}", None, -1)]
EMPTY_FRAME = b"\0\0\0\0"  # see kept_differences.NOT_SENT


def reconfig(joining, leaving, members, version):
    return Request("reconfig", {"joining": joining, "leaving": leaving, "members": members, "config": version})


class EnsembleCorpus(Corpus):
    acls = ACLS + [[(31, "sasl", "bob")], [(31, "sasl", "admin"), (1, "sasl", "bob")], [(31, "x509", CERTIFICATES["bob"][1])],
                   [(31, "x509", "CN=eve"), (1, "world", "anyone")], [(31, "sasl", "bob"), (7, "digest", DIGESTS["u1"])],
                   [(31, "ip", "127.0.0.0/30"), (1, "auth", "")], [(31, "sasl", "bob/host@REALM")]]
    bad_acls = [acl for acl in BAD_ACLS if acl is None or not any(scheme in ("sasl", "x509") for _, scheme, _ in acl)] + [
        [(31, "ensemble", "north")], [(31, "x509", "no subject")], [(31, "super", "x")]]

    def __init__(self, random, connections):
        super().__init__(random, connections)
        self.armed = [{"exists": [], "getData": [], "getChildren": [], 0: [], 1: []} for _ in range(connections)]

    # --- Requests ---
    def multi(self, zone=None):
        """Without a null path, which an ensemble of Java's never answers (kept_differences.NOT_SENT)."""
        while True:
            request = super().multi(zone)
            if all(fields["path"] is not None for _, fields in request.fields["ops"]):
                return request

    def reconfig(self):
        return reconfig(*self.random.choice(RECONFIGS if self.careful else BAD_RECONFIGS))

    def read(self, op, watch_zones):
        request = super().read(op, watch_zones)
        if request.fields["watch"]:
            self.armed[self.connection]["getChildren" if op == "getChildren2" else op].append(request.fields["path"])
        return request

    def add_watch(self):
        request = super().add_watch()
        if request.fields["kind"] in (0, 1):
            self.armed[self.connection][request.fields["kind"]].append(request.fields["path"])
        return request

    def arm_again(self, connection):
        """What a client library sends on a new connection."""
        self.connection = connection
        armed = self.armed[connection]
        lists = [armed[kind][-8:] for kind in ("getData", "exists", "getChildren", 0, 1)]
        since = ZxidAt(-1) if self.random.random() < 0.7 else self.place()
        if self.random.random() < 0.6:
            return Request("setWatches2", {"since": since, "lists": lists})
        return Request("setWatches", {"since": since, "lists": lists[:3]})

    # --- Steps ---
    def burst(self, connection):
        """A reconfiguration is the last of its burst: whether the next meets it pending depends on timing."""
        step = super().burst(connection)
        ops = [request.op for request in step.requests]
        if "reconfig" in ops:
            step = replace(step, requests=step.requests[:ops.index("reconfig") + 1])
        return step

    def somewhere(self, connection):
        certificate = self.random.choice((None, None, None, "bob", "eve"))
        if connection == self.connections - 1 and self.random.random() < 0.3:
            certificate = "root"
        return Place(self.random.randrange(ROLES), certificate)

    def step(self):
        connection = self.random.randrange(self.connections)
        kind = self.random.random()
        if kind < 0.045:
            return self.travel(connection)
        if kind < 0.06:
            return self.login(connection)
        step = super().step()
        return step if step.raw != EMPTY_FRAME else self.step()

    def travel(self, connection):
        action = self.random.choices(("move", "closed by the old", "wrong password", "expired", "bad certificate", "reconnect"),
                                     (4, 1, 1.5, 1, 0.7, 5))[0]
        place = self.somewhere(connection)
        if action == "bad certificate":
            place = place._replace(certificate=self.random.choice(("nobody", "mallory")))
        requests = [self.arm_again(connection)] if self.random.random() < 0.8 else []
        return Step(connection, requests, action=action, place=place)

    def login(self, connection):
        user = "admin" if connection == self.connections - 1 and self.random.random() < 0.5 else "bob"
        how = self.random.choice(("right", "right", "wrong password", "nobody", "no token", "garbage"))
        return Step(connection, action="sasl", login=(user, how))

    def auth(self, connection):
        kind = self.random.random()
        if kind < 0.12:
            scheme, credential = self.random.choice(BAD_CREDENTIALS)
            return Step(connection, [Request("auth", {"scheme": scheme, "auth": credential})], action="credential")
        if kind < 0.3:
            scheme, credential = self.random.choice(GOOD_CREDENTIALS)
            return Step(connection, [Request("auth", {"scheme": scheme, "auth": credential})])
        return super().auth(connection)
