#!/usr/bin/python3
"""Recipes and services beside Curator's on the same znodes: curator.py SERVER --agent PROGRAM --sharing-agent PROGRAM
[--curator VERSION]."""
import subprocess
import sys
import threading
import time
from pathlib import Path

import recipes
from recipes import cases
from harness.agent import Agent

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "CuratorAgent.java"


def fetch(version):
    done = subprocess.run([HERE.parents[1] / "scripts" / "fetch-peer", "curator", version], text=True, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.strip()


def command():
    return ["java", "-cp", f"{cases.options.jars}/*", str(PROGRAM)]


class Case(recipes.Case):
    ports = (28400, 28499)

    def curator(self):
        curator = Agent(*command(), self.servers)
        self.addCleanup(curator.close)
        curator.ask("release", curator.ask("lock", "/warm", timeout=120)[0])  # until Java is at its speed
        return curator


class BesideCurator(Case):
    """What both sides are asked is the same line."""

    ROUNDS = 10

    def contend(self, most, *words):
        holders = recipes.Holders(most)
        agents = {"agent 1": self.agent(), "agent 2": self.agent(), "curator 1": self.curator(), "curator 2": self.curator()}

        def loop(name, agent):
            def run():
                for _ in range(self.ROUNDS):
                    tag, _ = agent.ask(*words)
                    holders.enter(name)
                    time.sleep(0.01)  # so that somebody else could come in
                    holders.leave(name)
                    agent.ask("release", tag)
            return run
        self.run_all(*[loop(name, agent) for name, agent in agents.items()])
        self.assertEqual(holders.broken, [])
        self.assertEqual(len(holders.entered), self.ROUNDS * len(agents))

    def test_a_lock_has_one_holder(self):
        self.contend(1, "lock", "/lock", "curator", "-")

    def test_a_bridge_is_one_of_curators_line_too(self):
        self.contend(1, "lock", "/lock", "bridge", "-")

    def test_a_semaphore_has_as_many_holders_as_leases(self):
        self.contend(2, "semaphore", "/semaphore", "curator", "-", 2)

    def test_a_writer_excludes_readers_and_writers_of_the_other_kind(self):
        for one, other in ((self.agent(), self.curator()), (self.curator(), self.agent())):
            writer, _ = one.ask("write", "/rw", "curator", "-")
            reading = other.begin("read", "/rw", "curator", "-")
            self.assertTrue(other.silent(reading, 0.5))
            one.ask("release", writer)
            self.assertEqual(other.next(reading)[0], "ok")
            second, _ = one.ask("read", "/rw", "curator", "-")  # readers share
            writing = one.begin("write", "/rw", "curator", "-")
            self.assertTrue(one.silent(writing, 0.5))
            other.ask("release", reading)
            one.ask("release", second)
            self.assertEqual(one.next(writing)[0], "ok")
            one.ask("release", writing)

    def test_a_latch_is_taken_over_both_ways(self):
        agent, curator = self.agent(timeout_ms=recipes.BRIEF_MS), self.curator()
        ours, _ = agent.ask("latch", "/latch", "curator")
        self.assertEqual(agent.next(ours)[0], "gained")
        theirs, _ = curator.ask("latch", "/latch")
        self.assertTrue(curator.silent(theirs, 0.5))
        agent.kill()
        self.assertEqual(curator.next(theirs)[0], "gained")
        late = self.agent()
        again, _ = late.ask("latch", "/latch", "curator")
        self.assertTrue(late.silent(again, 0.5))
        curator.ask("release", theirs)
        self.assertEqual(late.next(again)[0], "gained")

    def test_a_barrier_is_lowered_for_all(self):
        agent, curator = self.agent(), self.curator()
        for one, other in ((agent, curator), (curator, agent)):
            one.ask("barrier", "/barrier", "raise", "-")
            waiting = other.begin("barrier", "/barrier", "wait", "-")
            self.assertTrue(other.silent(waiting, 0.5))
            one.ask("barrier", "/barrier", "lower", "-")
            self.assertEqual(other.next(waiting), ["ok"])

    def test_all_enter_and_leave_a_double_barrier_together(self):
        agents = [self.agent(), self.agent(), self.curator()]
        early = [agent.begin("enter", "/double", 3, "-") for agent in agents[:2]]
        self.assertTrue(agents[0].silent(early[0], 0.5))
        last = agents[2].begin("enter", "/double", 3, "-")
        for agent, tag in zip(agents, [*early, last]):
            self.assertEqual(agent.next(tag), ["ok"])
        # Curator does not wait for the last that is left, unless it has the lowest name; ours wait for all.
        early = [agent.begin("leave", "/double", 3, "-") for agent in agents[1:]]
        self.assertTrue(agents[1].silent(early[0], 0.5))
        agents[0].ask("leave", "/double", 3, "-")
        for agent, tag in zip(agents[1:], early):
            self.assertEqual(agent.next(tag), ["ok"])

    def test_items_go_both_ways_and_each_once(self):
        agent, curator = self.agent(), self.curator()
        curator.ask("put", "/queue", "curator", "theirs")
        agent.ask("put", "/queue", "curator", "ours")
        self.assertEqual(agent.ask("take", "/queue", "curator", "-")[1], ["theirs"])
        self.assertEqual(curator.ask("take", "/queue")[1], ["ours"])
        waiting = agent.begin("take", "/queue", "curator", "-")
        curator.ask("put", "/queue", "curator", "late")
        self.assertEqual(agent.next(waiting), ["ok", "late"])
        taken, lock = [], threading.Lock()

        def taker(side):
            def run():
                for _ in range(10):
                    item = side.ask("take", "/queue", "curator", "-")[1][0]
                    with lock:
                        taken.append(item)
            return run

        def putter(side, name):
            return lambda: [side.ask("put", "/queue", "curator", f"{name}{i}") for i in range(10)]
        self.run_all(taker(agent), taker(curator), putter(self.agent(), "a"), putter(self.curator(), "c"))
        self.assertEqual(sorted(taken), sorted(f"{name}{i}" for name in "ac" for i in range(10)))

    def test_counters_add_up(self):
        agent, curator = self.agent(), self.curator()
        for form in ("int32", "int64"):
            def add(side):
                return lambda: [side.ask("add", f"/counter-{form}", form, 1) for _ in range(10)]
            self.run_all(add(agent), add(curator))
            self.assertEqual(agent.ask("number", f"/counter-{form}", form)[1], ["20"])
            self.assertEqual(curator.ask("add", f"/counter-{form}", form, 5)[1], ["25"])


class ServicesBesideCurator(Case):
    def agent(self):
        agent = Agent(cases.options.sharing_agent, self.servers, recipes.PATIENT_MS)
        self.addCleanup(agent.close)
        return agent

    def provide(self, agent):
        tag = agent.begin("provide", "/services", "web", "round_robin")
        while agent.next(tag) != ["ready"]:
            pass
        return tag

    def test_each_finds_what_the_other_has_registered(self):
        client, agent, curator = self.kazoo(), self.agent(), self.curator()
        curator.ask("register", "web", "theirs", 1)
        ours, _ = agent.ask("register", "/services", "web", "ours", 2)
        self.assertEqual(curator.ask("names")[1], ["web"])
        self.assertEqual(curator.ask("instances", "web")[1], ["ours:2:DYNAMIC", "theirs:1:DYNAMIC"])
        self.assertEqual(agent.ask("instances", "/services", "web")[1], ["ours", "theirs"])
        # The bytes differ in what we have said, and in nothing else.
        expected = client.get("/services/web/ours")[0].replace(b'"ours"', b'"theirs"').replace(b":2,", b":1,")
        self.assertEqual(client.get("/services/web/theirs")[0], expected)
        agent.ask("unregister", ours)
        self.assertEqual(curator.ask("instances", "web")[1], ["theirs:1:DYNAMIC"])
        curator.ask("unregister", "web", "theirs")
        self.assertEqual(agent.ask("instances", "/services", "web")[1], [])

    def test_each_provider_picks_what_the_other_has_registered(self):
        agent, curator = self.agent(), self.curator()
        tag = self.provide(agent)
        curator.ask("provide", "web")
        self.assertEqual(curator.ask("pick", "web")[1], ["-"])
        agent.ask("register", "/services", "web", "ours", 2)
        self.await_true(lambda: curator.ask("pick", "web")[1] == ["ours"])
        curator.ask("register", "web", "theirs", 1)
        self.await_true(lambda: {agent.ask("pick", tag)[1][0] for _ in range(2)} == {"ours", "theirs"})
        self.await_true(lambda: {curator.ask("pick", "web")[1][0] for _ in range(2)} == {"ours", "theirs"})

    def test_whatever_curator_writes_is_read_and_written_again_as_it_was(self):
        said = subprocess.run([*command(), "--vectors"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                              timeout=120).stdout.decode().splitlines()
        client, agent = self.kazoo(), self.agent()
        client.ensure_path("/services/web")
        instances = [line for line in said if line.startswith("{")]
        self.assertEqual(len(instances), 9)
        for line in instances:
            client.set("/services/web/7", line.encode()) if client.exists("/services/web/7") else \
                client.create("/services/web/7", line.encode())
            _, words = agent.ask("instance", "/services", "web", "7")
            self.assertEqual(" ".join(words), line)


if __name__ == "__main__":
    cases.parse(("--agent", {"type": Path, "required": True}),
                ("--sharing-agent", {"type": Path, "required": True}), ("--curator", {"default": "5.4.0"}))
    cases.options.jars = fetch(cases.options.curator)
    cases.run()
