"""The two sides that are compared: one server of each kind, or three. A side's servers are told by their roles."""
import socket
from typing import NamedTuple

from harness.dynamic import DynamicEnsemble
from harness.servers import APACHE, Server, free_port
from harness.tls import TlsWire
from harness.wire import Wire
from messages import Spelling

TIMEOUT_MS = 600_000  # longer than the test: no session expires during it
# What is the same for both sides, in zoo.cfg and as -D.
SETTINGS = {"maxSessionTimeout": TIMEOUT_MS, "forceSync": "no", "snapCount": 10_000_000}
DEFINES = {"zookeeper.enforceQuota": "true", "znode.container.checkIntervalMs": 100_000_000,
           "zookeeper.forceSync": "no", "zookeeper.snapCount": 10_000_000}
NEW_MEMBER = "server.9=127.0.0.1:1:2:observer;127.0.0.1:3"  # which never comes


class Place(NamedTuple):
    """Where a connection goes: a role, and the name of the certificate it shows at the secure port; None: no TLS."""
    role: int = 0
    certificate: str = None


class Side(Spelling):
    """The servers of one kind by role: 0 leads or stands alone, the others follow."""

    def __init__(self, index, servers, ledger, ensemble=None, keys=None):
        self.index = index
        self.servers = servers
        self.ledger = ledger
        self.ensemble = ensemble
        self.keys = keys

    def __repr__(self):
        return ("oracle", "tested")[self.index]

    def wire(self, place):
        server = self.servers[place.role]
        if place.certificate is None:
            return Wire(server.address)
        shown = None if place.certificate == "nobody" else place.certificate
        return TlsWire(server.secure_address, 30, self.keys.context(shown))

    def zxid_at(self, place):
        return self.ledger.zxid_at(self.index, place)

    def members(self, text):
        """{m0}: the line of the server of that role; {n0}: its number; {new}: that of one who is not there."""
        if text is None or "{" not in text:
            return text
        text = text.replace("{new}", NEW_MEMBER)
        for role, server in enumerate(self.servers):
            text = text.replace(f"{{m{role}}}", self._line(server)).replace(f"{{n{role}}}", str(server.number))
        return text

    def name_member(self, line):
        for role, server in enumerate(self.servers):
            if self.ensemble is not None and line == self._line(server):
                return f"{{m{role}}}"
        return line

    def token(self, tokens):
        return tokens[self.index] if isinstance(tokens, tuple) else tokens

    def _line(self, server):
        return f"server.{server.number}={self.ensemble.lines[server.number]}"


def start_single(programs, directory, ledger):
    servers = [Server(program, directory / name, free_port(), SETTINGS, DEFINES)
               for name, program in zip(("oracle", "tested"), programs)]
    for server in servers:
        server.start(wait=False)
    for server in servers:
        server.wait_ready()
    return [Side(index, [server], ledger) for index, server in enumerate(servers)]


def start_ensembles(programs, directory, ledger, ports, keys, settings, defines):
    """Three servers of each. All can do TLS at a second port."""
    ensembles = [DynamicEnsemble(directory / name, [program] * 3, ports)
                 for name, program in zip(("oracle", "tested"), programs)]
    for ensemble in ensembles:
        for server in ensemble:
            server.secure_address = ("127.0.0.1", free_port(*ports))
            server.settings.update({**SETTINGS, "extendedTypesEnabled": "true", "maxClientCnxns": 0,
                                    "secureClientPort": server.secure_address[1],
                                    "secureClientPortAddress": "127.0.0.1", **settings(keys, server)})
            server.defines.update({**DEFINES, **defines})
    try:
        for ensemble in ensembles:
            ensemble.start(wait=False)
        return [Side(index, by_role(ensemble), ledger, ensemble, keys) for index, ensemble in enumerate(ensembles)]
    except Exception:
        for ensemble in ensembles:
            ensemble.kill()
        raise


def by_role(ensemble):
    """Its servers in the order of their roles, once all serve at both ports (3.9.5 opens the plain one first)."""
    ensemble.wait_serving()
    ensemble.wait_for("the secure ports", lambda: all(_listens(server.secure_address) for server in ensemble))
    leader = ensemble.wait_leader()
    return [ensemble[leader]] + [server for server in ensemble if server.number != leader]


def _listens(address):
    try:
        socket.create_connection(address).close()
        return True
    except ConnectionRefusedError:
        return False


def change(server, settings):
    """Of a server that has ended, and whose zoo.cfg may be its own by now."""
    server.settings.update(settings)
    path = server.directory / "zoo.cfg"
    kept = [line for line in path.read_text().splitlines() if line.split("=")[0] not in settings]
    path.write_text("\n".join(kept + [f"{key}={value}" for key, value in settings.items()]) + "\n")


__all__ = ["APACHE", "Place", "Side", "TIMEOUT_MS", "by_role", "change", "start_ensembles", "start_single"]
