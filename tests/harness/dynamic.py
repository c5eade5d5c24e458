"""Ensembles whose servers rewrite their own zoo.cfg (reconfigEnabled)."""
from kazoo.client import KazooClient

from .ensemble import SETTINGS, Ensemble, Member
from .servers import free_port


class Dynamic(Member):
    """A server whose zoo.cfg is its own once it has rewritten it."""

    def write_config(self, path):
        if not path.exists() or "dynamicConfigFile" not in path.read_text():
            super().write_config(path)


class DynamicEnsemble(Ensemble):
    def __init__(self, directory, kinds, ports, **more):
        super().__init__(directory, kinds, {"reconfigEnabled": "true", **more.pop("settings", {})}, ports=ports, **more)
        self.ports = ports
        self.lines = {}
        for number, member in list(self.members.items()):
            client = member.settings.pop("clientPort")
            del member.settings["clientPortAddress"]
            self.lines[number] = f"{self.line_of(member, number)};127.0.0.1:{client}"
        for number, member in list(self.members.items()):
            self.members[number] = self.member(number, member.program, client_port=member.port)

    @staticmethod
    def line_of(member, number):
        line = member.settings[f"server.{number}"]
        return line if line.count(":") == 3 else f"{line}:participant"

    def member(self, number, kind, client_port, known=None):
        settings = {**SETTINGS, "reconfigEnabled": "true", "4lw.commands.whitelist": "*", "standaloneEnabled": "false",
                    **{f"server.{n}": self.lines[n] for n in known or self.lines}}
        settings.update({"clientPort": client_port, "clientPortAddress": "127.0.0.1"})
        made = Dynamic(number, kind, self.directory / f"s{number}", settings)
        made.settings.pop("clientPort")
        made.settings.pop("clientPortAddress")
        return made

    def add(self, kind, role="participant", known=(1, 2, 3)):
        """A server that the others do not know yet; it knows itself and those."""
        number = max(self.members) + 1
        client, quorum, election = [free_port(*self.ports) for _ in range(3)]
        self.lines[number] = f"127.0.0.1:{quorum}:{election}:{role};127.0.0.1:{client}"
        self.members[number] = self.member(number, kind, client, known=[*known, number])
        self.members[number].start()
        return number

    def joining(self, number, role="participant"):
        address, client = self.lines[number].split(";")
        return f"server.{number}={address.rsplit(':', 1)[0]}:{role};{client}"

    def client(self, *numbers, auth=True):
        chosen = [self[n] for n in numbers] or list(self)
        client = KazooClient(hosts=",".join(f"127.0.0.1:{member.port}" for member in chosen), timeout=10,
                             auth_data=[("digest", "super:test")] if auth else None)
        client.start(30)
        return client
