"""The run with three servers of each kind: sessions travel between them, and what is compared is well defined."""
from harness import digest_md5
from harness.keys import Keys
from connection import Connection, Difference
from corpus import Step
from ensemble_corpus import CERTIFICATES, ENSEMBLE, ROLES, SASL_USERS
from messages import ConnectionClosed, Reply, Request
from outcomes import CLOSED
from scenes import Scenes
from sides import Place, by_role, change, start_ensembles
from steps import Run

PROVIDERS = "org.apache.zookeeper.server.auth"
NEVER = Request("delete", {"path": "/no such node", "version": -1})


def start(programs, directory, ledger, ports):
    keys = Keys(directory / "keys")
    keys.issue("server", "/CN=server")
    for name, (subject, _) in CERTIFICATES.items():
        keys.issue(name, subject)
    strangers = Keys(directory / "strangers", "Another CA")
    strangers.issue("mallory", CERTIFICATES["bob"][0])
    keys.store("mallory").write_bytes(strangers.store("mallory").read_bytes())
    login = directory / "server.jaas"
    users = " ".join(f'user_{name}="{password}"' for name, password in SASL_USERS.items())
    login.write_text(f"Server {{\n  {PROVIDERS}.DigestLoginModule required\n  {users};\n}};\n")
    defines = {"java.security.auth.login.config": login, "zookeeper.superUser": "admin", "readonlymode.enabled": "true",
               "zookeeper.X509AuthenticationProvider.superUser": CERTIFICATES["root"][1]}
    return start_ensembles(programs, directory, ledger, ports, keys, settings, defines)


def settings(keys, server):
    """tickTime is the grain of expiry; syncLimit outlasts a JVM that has not been given the processor."""
    more = {"ssl.hostnameVerification": "false"} if server.is_apache else {"ssl.clientHostnameVerification": "false"}
    return {"tickTime": 500, "syncLimit": 30, "initLimit": 60, "minSessionTimeout": 1000,
            "serverCnxnFactory": "org.apache.zookeeper.server.NettyServerCnxnFactory",
            "ssl.keyStore.location": keys.store("server"), "ssl.trustStore.location": keys.ca,
            "authProvider.1": f"{PROVIDERS}.SASLAuthenticationProvider",
            "authProvider.2": f"{PROVIDERS}.EnsembleAuthenticationProvider", "ensembleAuthName": ENSEMBLE, **more}


class EnsembleRun(Run):
    """Invariants:
    1. One connection at a time asks for anything, and it has all its replies before the next one's turn.
    2. Before that turn, what was answered elsewhere is applied at the leader, by whose tree writes are judged, and at the
       connection's server, whose events are then on their way before its next reply: see settle.
    """

    def __init__(self, sides, corpus, operations):
        self.stale = set()  # roles that may not have applied what was answered at another
        self.dead = []      # (ids, passwords) of sessions that are no more
        self.keepers, self.pokers = [], []
        self.moves = 0      # from the leader
        super().__init__(sides, corpus, operations)

    def connection(self, place=Place()):
        return Connection(self.sides, self.names, place, self.poke)

    def first_place(self, number):
        return Place(number % ROLES)

    def poke(self, side, role):
        """Any request wakes a server of Apache ZooKeeper 3.8.0 that has fallen asleep."""
        if role < len(self.pokers):
            poker = self.pokers[role]
            request = Request("ping", xid=-2)
            poker.wires[side.index].send_raw(b"\0\0\0\x08\xff\xff\xff\xfe\0\0\0\x0b")
            poker.frames(side, poker.wires[side.index], [request], False)

    def settle(self, role):
        """A write at the leader is answered when it has applied all before it; a sync at a follower likewise."""
        if len(self.keepers) < ROLES:
            return
        if 0 in self.stale:
            self.ask_keeper(0, NEVER)
            self.stale = set(range(1, ROLES))
        if role in self.stale:
            self.ask_keeper(role, Request("sync", {"path": "/"}))
            self.stale.discard(role)

    def ask_keeper(self, role, request):
        theirs, ours = self.keepers[role].exchange([request])
        self.compare(Step(-1 - role, [request]), theirs, ours)

    def touched(self, role):
        self.stale |= set(range(ROLES)) - {role}

    def prepare(self):
        for group in (self.pokers, self.keepers):
            for role in range(ROLES):
                connection = self.connection(Place(role, "bob"))  # of whom no server demands more
                self.open(connection)
                group.append(connection)
        super().prepare()

    def open(self, connection, **more):
        super().open(connection, **more)
        self.touched(connection.place.role)

    @staticmethod
    def unsent(request):
        """What this oracle must not be sent."""
        return False

    def take(self, step):
        step.requests = [request for request in step.requests if not self.unsent(request)]
        if step.requests and step.requests[0].op in ("auth", "sasl"):
            # Netty answers them at once, before events that are on their way from another thread. A ping comes behind those.
            super().take(Step(step.connection, [Request("ping")]))
        if step.requests or step.action:
            super().take(step)

    def run(self):
        self.prepare()
        self.tour()
        scenes = Scenes(self)
        scenes.users()
        scenes.travellers()
        self.wander()
        self.barrier()
        scenes.reconfigurations()
        scenes.expiry()
        self.nodes = self.final_states()
        scenes.demanded()
        scenes.refounded()
        scenes.alone()

    def restart(self, roles, settings):
        """Those servers end and come back with other settings. Their sessions wait meanwhile, and are taken up again."""
        everybody = self.connections + self.keepers + self.pokers
        moved = [connection for connection in everybody if connection.place.role in roles]
        for connection in moved:
            connection.close()
        for side in self.sides:
            chosen = [side.servers[role] for role in roles]
            for server in reversed(chosen):  # the leader last, or the others find another one
                server.kill()
            for server in chosen:
                change(server, settings)
                server.start()
        for side in self.sides:
            side.servers = by_role(side.ensemble)
        self.stale = set()
        for connection in self.pokers + self.keepers + self.connections:
            if connection in moved:
                connection.reattach()
        self.stale = set(range(ROLES))

    def leave_alone(self, role, settings):
        """Only that server is there any more; it is the one with role 0 now."""
        self.settle(role)
        for connection in self.connections + self.keepers + self.pokers:
            connection.close()
        for side in self.sides:
            survivor = side.servers[role]
            survivor.terminate()  # with all on its disk that it has applied
            for server in side.servers:
                server.kill()
            side.servers = [survivor]
            change(side.servers[0], settings)
            side.servers[0].start()
        for side in self.sides:
            side.ensemble.wait_for("reading only", lambda: side.servers[0].words("isro") == "ro")
        self.connections, self.keepers, self.pokers = [], [], []
        self.unsent = EnsembleRun.unsent  # it decodes no write any more

    def burst(self, step, until_closed=False, any_order=False):
        role = self.connections[step.connection].place.role
        super().burst(step, until_closed, any_order)
        self.touched(role)
        if any(request.op == "closeSession" for request in step.requests):
            connection = self.connections[step.connection]
            self.dead = (self.dead + [(connection.ids, connection.passwords)])[-5:]

    # --- What clients and networks do ---
    def disturb(self, step, connection):
        travels = {"move": self.move, "closed by the old": self.closed_by_the_old, "wrong password": self.wrong_password,
                   "expired": self.expired, "bad certificate": self.bad_certificate, "reconnect": self.reconnect,
                   "sasl": self.sasl, "credential": self.credential}
        if step.place is None and step.action not in ("sasl", "credential"):
            return super().disturb(step, connection)
        return travels[step.action](step, connection)

    def reconnect(self, step, connection):
        connection.close()
        connection.place = step.place
        self.reattach(connection)
        if step.requests:
            self.burst(Step(step.connection, step.requests))

    def leave_behind(self, step, connection):
        """Moves the session while its connection stays open, which is returned."""
        old = self.connection(connection.place)
        old.ids, old.passwords, old.wires, old.xid = connection.ids, connection.passwords, connection.wires, connection.xid
        if step.place.role == old.place.role:
            step.place = step.place._replace(role=(old.place.role + 1) % ROLES)
        connection.place = step.place
        connection.xid += 10  # numbers are of the session: a follower finds a request's transaction by them
        self.reattach(connection)
        self.burst(Step(step.connection, [Request("ping")]))  # a leader of Java's says welcome first, then notes who it is
        return old

    def move(self, step, connection):
        """The leader knows of it and closes the connection, whatever is asked (one thing: Java prepares the next, too, or not).
        A follower serves reads until the first write."""
        old = self.leave_behind(step, connection)
        requests = [Request("getData", {"path": "/", "watch": False}),
                    Request("create", {"path": "/o/moved", "data": b"", "acl": [(31, "world", "anyone")], "flags": 0})]
        if old.place.role == 0:
            self.moves += 1
            requests = requests[self.moves % 2:][:1]
        self.last_words(old, step, requests)
        if step.requests:
            self.burst(Step(step.connection, step.requests))

    def closed_by_the_old(self, step, connection):
        """The end of a session is taken on its old connection, too, and closes the new one."""
        old = self.leave_behind(step, connection)
        self.last_words(old, step, [Request("closeSession")])
        self.settle(connection.place.role)
        self.compare(step, *connection.listen([], until_closed=True), any_order=True)
        connection.close()
        self.dead = (self.dead + [(connection.ids, connection.passwords)])[-5:]
        self.barrier(skip=step.connection)
        self.open(connection)

    def last_words(self, old, step, requests):
        self.settle(old.place.role)
        theirs, ours = old.exchange(requests, until_closed=True)
        self.compare(Step(step.connection, requests), theirs, ours, any_order=requests[-1].op == "closeSession")
        self.touched(old.place.role)
        old.close()

    def wrong_password(self, step, connection):
        """At its own server it costs the session its connection, elsewhere nothing."""
        self.settle(step.place.role)
        self.refused(connection.ids, (b"x" * 16, b"x" * 16), "wrong password", connection, step.place)
        if step.place.role == connection.place.role:
            self.end_of(step, connection)
            self.reattach(connection)

    def expired(self, step, connection):
        if self.dead:
            self.settle(step.place.role)
            self.refused(*self.dead[-1], "a session that is no more", connection, step.place)

    def bad_certificate(self, step, connection):
        _, answers = connection.handshake(place=step.place)
        if answers != [None, None]:
            raise Difference(f"bad certificate: {answers}")
        self.outcomes.seen["connect", CLOSED] += 1

    def credential(self, step, connection):
        """What is wrong closes the connection, after an answer or without one."""
        self.settle(connection.place.role)
        theirs, ours = connection.exchange(step.requests)
        self.compare(step, theirs, ours)
        if any(isinstance(frame, Reply) and frame.err for frame in theirs):
            self.end_of(step, connection)
            self.reattach(connection)
        elif isinstance(theirs[-1], ConnectionClosed):
            connection.close()
            self.reattach(connection)

    def sasl(self, step, connection):
        """DIGEST-MD5 on a new connection: a challenge, the proof, the server's proof."""
        connection.close()
        self.reattach(connection)
        user, how = step.login
        self.settle(connection.place.role)
        first = Request("sasl", {"token": None if how == "no token" else b""})
        theirs, ours = self.exchange_sasl(step, connection, first)
        if how != "no token" and not isinstance(theirs[-1], ConnectionClosed):
            challenges = [frames[-1].body["raw"].value for frames in (theirs, ours)]
            password = SASL_USERS[user] if how == "right" else "guess"
            tokens = tuple(digest_md5.response(challenge, "nobody" if how == "nobody" else user, password)
                           for challenge in challenges)
            proof = Request("sasl", {"token": b"username=" if how == "garbage" else tokens})
            theirs, ours = self.exchange_sasl(step, connection, proof)
            if how == "right":
                for challenge, frames in zip(challenges, (theirs, ours)):
                    if frames[-1].body["raw"].value != digest_md5.confirmation(challenge, user, password):
                        raise Difference(f"sasl: {frames[-1]} does not prove that the server knows the password")
                return
        if not isinstance(theirs[-1], ConnectionClosed):
            self.end_of(step, connection)
        self.reattach(connection)

    def exchange_sasl(self, step, connection, request):
        theirs, ours = connection.exchange([request])
        self.compare(Step(step.connection, [request]), theirs, ours)
        return theirs, ours

    # --- What is there in the end ---
    def final_states(self):
        """Through each of the six servers: what the first is compared with fixes times and zxids for all."""
        return [self.final_state(Place(role, "bob")) for role in range(ROLES)]
