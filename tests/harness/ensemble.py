"""Ensembles to test: servers 1..N on loopback, each of a kind ('apache', 'apache-VERSION' or the path of a paddockd)."""
import time
from pathlib import Path

from .servers import APACHE, Server, free_port
from .tree import digests, read_tree
from .wire import Closed

FIRST_PORT, LAST_PORT = 25000, 25299
# A server that is silent for syncLimit ticks is lost: 3 s, because the machine may be busy.
SETTINGS = {"tickTime": 200, "initLimit": 50, "syncLimit": 15, "minSessionTimeout": 400, "maxSessionTimeout": 60000}
# PerfDisableSharedMem: a JVM otherwise stops as long as a busy disk takes for a page of its counters.
JVM_FLAGS = ("-Xmx256m", "-XX:+PerfDisableSharedMem", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
             f"-Dlog4j.configuration=file:{Path(__file__).with_name('log4j.properties')}",
             "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss,SSS")


class Member(Server):
    """One server of an ensemble. Keeps its data when it is killed, stopped or replaced by one of another kind."""

    def __init__(self, number, program, directory, settings, defines=None, wrapper=()):
        super().__init__(program, directory, settings["clientPort"], settings, defines, jvm_flags=JVM_FLAGS,
                         wrapper=wrapper)
        self.address = (settings["clientPortAddress"], settings["clientPort"])
        self.number = number

    def start(self, wait=False, stderr=None):
        data = Path(self.settings["dataDir"])
        data.mkdir(parents=True, exist_ok=True)
        (data / "myid").write_text(f"{self.number}\n")
        return super().start(wait, stderr)

    def __repr__(self):
        return f"server {self.number} ({'apache' if self.is_apache else 'paddock'})"


class Ensemble:
    """`kinds`: the program of each server, in order. `observers`: numbers of those that do not vote. `ports`: the first and
    the last that may be used. `hosts`: where each runs, if not all here: (address, command that runs another there)."""

    def __init__(self, directory, kinds, settings=None, defines=None, observers=(), ports=(FIRST_PORT, LAST_PORT),
                 hosts=None):
        self.directory = Path(directory)
        self.hosts = hosts or [("127.0.0.1", ())] * len(kinds)
        self.members = {}
        given = {number: [free_port(*ports) for _ in range(3)] for number in range(1, len(kinds) + 1)}
        lines = {f"server.{n}": f"{self.hosts[n - 1][0]}:{quorum}:{election}{':observer' if n in observers else ''}"
                 for n, (_, quorum, election) in given.items()}
        for number, kind in enumerate(kinds, 1):
            own = {**SETTINGS, **(settings or {}), **lines, "clientPort": given[number][0],
                   "clientPortAddress": self.hosts[number - 1][0]}
            if number in observers:
                own["peerType"] = "observer"
            own.setdefault("reconfigEnabled", "false")
            self.members[number] = Member(number, kind, self.directory / f"s{number}", own, defines,
                                          self.hosts[number - 1][1])

    def __getitem__(self, number):
        return self.members[number]

    def __iter__(self):
        return iter(self.members.values())

    @property
    def addresses(self):
        return [member.address for member in self]

    def start(self, *numbers, wait=True):
        """All, or those."""
        chosen = [self[n] for n in numbers] or list(self)
        for member in chosen:
            if not member.is_running:
                member.start()
        if wait:
            self.wait_serving(*[member.number for member in chosen])
        return self

    def kill(self, *numbers):
        for member in [self[n] for n in numbers] or self:
            member.kill()

    def stop(self):
        for member in self:
            member.terminate()

    def replace(self, number, kind, fresh=True):
        """Puts a server of another kind in the place of one that has ended; `fresh`: with nothing on its disk."""
        old = self[number]
        settings = dict(old.settings)
        if fresh:
            generation = len(list(old.directory.glob("data*")))
            settings["dataDir"] = old.directory / f"data{generation}"
        self.members[number] = Member(number, kind, old.directory, settings, old.defines, old.wrapper)

    # --- Waiting, always with a deadline

    def wait_for(self, what, happened, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            result = happened()
            if result:
                return result
            self.complain_of_the_dead()
            time.sleep(0.01)
        raise TimeoutError(f"{what}: not within {seconds} s\n{self.describe()}")

    def wait_serving(self, *numbers, seconds=120):
        chosen = [self[n] for n in numbers] or list(self)
        self.wait_for(f"{chosen} serving", lambda: all(member.mode() for member in chosen), seconds)

    def wait_leader(self, among=None, seconds=60):
        """The number of the one that says it leads, of those that run and are not paused."""
        chosen = among or [member.number for member in self if member.is_running]

        def find():
            leaders = [n for n in chosen if self[n].mode() == "leader"]
            return leaders[0] if len(leaders) == 1 else None
        return self.wait_for("a leader", find, seconds)

    def followers(self):
        return [member.number for member in self if member.is_running and member.mode() == "follower"]

    def complain_of_the_dead(self):
        """A server may be killed, but it never ends by itself."""
        for member in self:
            if member.process is not None and member.process.poll() not in (None, -9, -15, 0, 143):
                raise RuntimeError(f"{member} ended with {member.process.returncode}:\n{member.log_tail()}")

    def describe(self):
        return "\n".join(f"--- {member}: {member.mode() or 'not serving'}\n{member.log_tail(8)}" for member in self)

    # --- What all must agree on

    def wait_equal(self, seconds=60, ignore=("/zookeeper/config",)):
        """All servers that run have the same tree, stat for stat, and the same digest at the same zxid. Returns it.
        Each server makes the config node itself, at its own time."""
        chosen = [member for member in self if member.is_running]
        seen = {}

        def equal():
            seen.clear()
            try:
                seen.update({member: read_tree(member.address, ignore) for member in chosen})
            except (Closed, OSError):
                return None  # not serving, or not any more
            first = next(iter(seen.values()))
            return first if all(tree == first for tree in seen.values()) else None
        try:
            tree = self.wait_for("equal trees", equal, seconds)
        except TimeoutError as error:
            raise AssertionError(f"{error}\n{_differences(seen)}") from error
        self.wait_for("equal digests", lambda: _last_common_digest([digests(m.address) for m in chosen]), seconds)
        return tree


def _last_common_digest(histories):
    """True if the newest zxid that all know has one digest; nothing is said while they have none in common."""
    if any(not history for history in histories):
        return True  # nothing was written yet
    common = set.intersection(*(set(history) for history in histories))
    if not common:
        return False
    newest = max(common)
    if len({history[newest] for history in histories}) != 1:
        raise AssertionError(f"digests differ at {newest:#x}: {[history[newest] for history in histories]}")
    return True


def _differences(trees):
    (first, expected), *others = trees.items()
    lines = []
    for member, tree in others:
        for path in sorted(expected.keys() | tree.keys()):
            if expected.get(path) != tree.get(path):
                lines.append(f"{path}: {first} {expected.get(path)}, {member} {tree.get(path)}")
    return "\n".join(lines[:20])


__all__ = ["APACHE", "Ensemble", "Member"]
