#!/usr/bin/python3
"""Recipes of the C++ client on three servers whose leader is killed again and again: ensemble.py SERVER --agent PROGRAM.
Every agent knows all servers, and kazoo stands in the same lines."""
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases  # noqa: E402
from harness.agent import Agent  # noqa: E402
from harness.ensemble import Ensemble  # noqa: E402
from recipes import Holders  # noqa: E402

from kazoo.client import KazooClient  # noqa: E402
from kazoo.exceptions import KazooException  # noqa: E402

PORTS = (26700, 26799)
SESSION_MS = 20000  # outlives an election
KILLS = 3


class OnThreeServers(cases.ServerCase):
    def setUp(self):
        super().setUp()
        self.ensemble = Ensemble(self.directory, [cases.options.server] * 3, ports=PORTS)
        self.addCleanup(self.ensemble.kill)
        self.ensemble.start()
        self.servers = ",".join(f"{host}:{port}" for host, port in self.ensemble.addresses)
        self.over = threading.Event()

    def agent(self):
        agent = Agent(cases.options.agent, self.servers, SESSION_MS)
        self.addCleanup(agent.close)
        return agent

    def kazoo(self):
        client = KazooClient(self.servers, timeout=SESSION_MS / 1000)
        client.start(60)
        self.addCleanup(lambda: (client.stop(), client.close()))
        return client

    def while_leaders_are_killed(self, done_so_far, *works):
        """Runs them; between two kills something has to be done, or nobody would be disturbed."""
        failures = []

        def guarded(work):
            try:
                while not self.over.is_set():
                    work()
            except Exception as problem:  # noqa: BLE001: told below
                failures.append(f"{type(problem).__name__}: {problem}")
                self.over.set()

        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            for _ in range(KILLS):
                self.await_more(done_so_far, 6)
                leader = self.ensemble.wait_leader()
                self.ensemble.kill(leader)
                self.await_more(done_so_far, 6)
                self.ensemble.start(leader)
        finally:
            self.over.set()
            for thread in threads:
                thread.join(120)
        self.assertEqual(failures, [])
        self.assertEqual([thread for thread in threads if thread.is_alive()], [], "it hangs")

    def await_more(self, done_so_far, count):
        wanted = done_so_far() + count
        self.ensemble.wait_for("somebody has his turn", lambda: done_so_far() >= wanted or self.over.is_set(), 120)

    def no_node_is_left_below(self, path):
        client = self.kazoo()
        self.ensemble.wait_for(f"{path} is empty", lambda: client.sync(path) and client.get_children(path) == [])

    def test_a_lock_has_one_holder_and_fences_increase(self):
        holders = Holders()

        def loop(name, naming):
            agent = self.agent()

            def run():
                tag = agent.begin("lock", "/lock", naming, "-", "lost")
                answer = agent.next(tag, 120)
                self.assertEqual(answer[0], "ok")
                holders.enter(name, int(answer[1]))
                time.sleep(0.01)  # whoever comes in beside us is to be seen
                holders.leave(name)
                agent.ask("release", tag)
            return run

        patient = self.kazoo()

        def kazoo():
            lock = patient.Lock("/lock", extra_lock_patterns=["lock-"])
            try:
                lock.acquire(timeout=60)
                fence = patient.exists(f"{lock.path}/{lock.node}").czxid
            except KazooException:
                lock.release()
                return
            holders.enter("kazoo", fence)
            holders.leave("kazoo")
            lock.release()
        self.while_leaders_are_killed(lambda: len(holders.entered), loop("kazoo 1", "kazoo"), loop("bridge", "bridge"),
                                      loop("kazoo 2", "kazoo"), kazoo)
        self.assertEqual(holders.broken, [])
        self.no_node_is_left_below("/lock")

    def test_a_semaphore_has_as_many_holders_as_leases(self):
        holders = Holders(most=2)

        def loop(name):
            agent = self.agent()

            def run():
                tag = agent.begin("semaphore", "/semaphore", "curator", "-", 2)
                answer = agent.next(tag, 120)
                self.assertEqual(answer[0], "ok")
                holders.enter(name)
                time.sleep(0.01)
                holders.leave(name)
                agent.next(agent.begin("release", tag))  # without a server it may be lost by then
            return run
        self.while_leaders_are_killed(lambda: len(holders.entered), *[loop(f"agent {i}") for i in range(4)])
        self.assertEqual(holders.broken, [])
        self.no_node_is_left_below("/semaphore/leases")

    def test_no_item_of_a_locking_queue_is_lost_and_none_is_two_takers_at_once(self):
        put, finished, doubted = set(), [], set()
        offering = self.agent()
        holders = {}

        def offer():
            name = f"item-{len(put) + len(doubted)}"
            answer = offering.next(offering.begin("offer", "/work", name), 120)
            if answer[0] == "ok":
                put.add(name)
            else:
                self.assertEqual(answer[0], "ConnectionLoss")
                doubted.add(name)
            time.sleep(0.005)

        def loop(taker):
            agent = self.agent()

            def run():
                tag = agent.begin("claim", "/work", 2000)
                answer = agent.next(tag, 120)
                if answer[0] != "ok":
                    self.assertEqual(answer[0], "OperationTimeout")
                    return
                self.assertIsNone(holders.setdefault(answer[1], None))
                holders[answer[1]] = taker
                done = agent.next(agent.begin("finish", "/work", tag), 120)
                self.assertEqual(holders.pop(answer[1]), taker)
                self.assertEqual(done, ["ok"])
                finished.append(answer[1])
            return run
        self.while_leaders_are_killed(lambda: len(finished), offer, *[loop(f"agent {i}") for i in range(3)])
        last = self.agent()
        while (answer := last.next(tag := last.begin("claim", "/work", 3000), 120))[0] == "ok":
            self.assertEqual(last.next(last.begin("finish", "/work", tag), 120), ["ok"])
            finished.append(answer[1])
        self.assertEqual(answer[0], "OperationTimeout")
        self.assertEqual(sorted(finished), sorted(set(finished)))
        self.assertLessEqual(put, set(finished))
        self.assertLessEqual(set(finished), put | doubted)
        self.no_node_is_left_below("/work/taken")

    def test_a_counter_is_exact_but_for_what_was_in_doubt(self):
        added, doubted = [], []

        def loop():
            agent = self.agent()

            def run():
                answer = agent.next(agent.begin("add", "/counter", "int64", 1), 120)
                if answer[0] == "ok":
                    added.append(int(answer[1]))
                else:
                    self.assertEqual(answer[0], "ConnectionLoss")
                    doubted.append(1)
            return run
        self.while_leaders_are_killed(lambda: len(added), *[loop() for _ in range(3)])
        self.assertEqual(len(added), len(set(added)))
        client = self.kazoo()
        client.sync("/counter")
        number = int.from_bytes(client.get("/counter")[0], "big")
        self.assertTrue(len(added) <= number <= len(added) + len(doubted), (len(added), number, len(doubted)))


if __name__ == "__main__":
    cases.parse(("--agent", {"type": Path, "required": True}))
    cases.run()
