"""Ensembles whose followers take observers (observerMasterPort): one port on all servers, so each has an address of its own."""
from .ensemble import Ensemble
from .servers import free_port


class MasterEnsemble(Ensemble):
    """The last `observers` of `kinds` do not vote."""

    def __init__(self, directory, kinds, observers, ports, settings=None, **more):
        hosts = [(f"127.0.0.{number}", ()) for number in range(1, len(kinds) + 1)]
        numbers = range(len(kinds) - observers + 1, len(kinds) + 1)
        super().__init__(directory, kinds, {"observerMasterPort": free_port(*ports), **(settings or {})},
                         observers=list(numbers), ports=ports, hosts=hosts, **more)
        self.observers = list(numbers)

    def metric(self, number, name):
        """None: it does not tell."""
        for line in (self[number].words("mntr") or "").splitlines():
            key, _, value = line.partition("\t")
            if key == f"zk_{name}":
                return int(float(value))
        return None

    def master_of(self, observer):
        return self.metric(observer, "observer_master_id")

    def observers_of(self, number):
        return self.metric(number, "synced_observers") or 0

    def wait_mastered(self, seconds=60):
        """Every observer follows a follower, and those know it. Returns who follows whom."""
        def mastered():
            masters = {observer: self.master_of(observer) for observer in self.observers if self[observer].is_running}
            followers = self.followers()
            if not all(master in followers for master in masters.values()):
                return None
            return masters if sum(map(self.observers_of, followers)) == len(masters) else None
        return self.wait_for("observers with masters", mastered, seconds)
