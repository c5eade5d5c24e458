#!/usr/bin/python3
"""Recipes of the C++ client beside kazoo's on the same znodes, and under faults: recipes.py SERVER --agent PROGRAM."""
import shutil
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import cases  # noqa: E402
from harness.agent import Agent  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.servers import Server, free_port  # noqa: E402
from harness.snapshot import write_snapshot  # noqa: E402

from kazoo.client import KazooClient  # noqa: E402
from kazoo.recipe.lock import ReadLock, Semaphore, WriteLock  # noqa: E402

PORTS = (26600, 26699)
# Sessions: one that outlives a slow machine, and one whose end a test waits for.
PATIENT_MS = 40000
BRIEF_MS = 6000


class Holders:
    """Who holds something by what the test knows: less than what is true, so each overlap that it sees is one."""

    def __init__(self, most=1):
        self.most = most
        self._lock = threading.Lock()
        self._present = set()
        self._last_fence = 0
        self.broken = []
        self.entered = []

    def enter(self, who, fence=None):
        with self._lock:
            self._present.add(who)
            self.entered.append(who)
            if len(self._present) > self.most:
                self.broken.append(sorted(self._present))
            if fence is not None:
                if fence <= self._last_fence:
                    self.broken.append(f"{who}: fence {fence} after {self._last_fence}")
                self._last_fence = fence

    def leave(self, who):
        with self._lock:
            self._present.discard(who)


class Case(cases.ServerCase):
    """One server for all cases of a class; each case has a root of its own on it."""

    ports = PORTS

    @classmethod
    def setUpClass(cls):
        directory = cases.options.directory.resolve() / cls.__name__
        shutil.rmtree(directory, ignore_errors=True)
        cls.prepare(directory / "data")
        cls.server = Server(cases.options.server, directory, free_port(*cls.ports),
                            {"tickTime": 500, "maxSessionTimeout": 60000})
        cls.addClassCleanup(cls.server.kill)
        cls.server.start(wait=False)
        cls.server.wait_ready(300)

    @classmethod
    def prepare(cls, data_directory):
        """What the server finds there when it starts."""

    def setUp(self):
        super().setUp()
        self.root = "/" + self.id().rsplit(".", 1)[-1]
        self.servers = f"127.0.0.1:{self.server.port}{self.root}"
        self.kazoo(f"127.0.0.1:{self.server.port}").ensure_path(self.root)

    def agent(self, servers=None, timeout_ms=PATIENT_MS):
        agent = Agent(cases.options.agent, servers or self.servers, timeout_ms)
        self.addCleanup(agent.close)
        return agent

    def proxied_agent(self, timeout_ms=PATIENT_MS):
        proxy = Proxy(self.server.address)
        self.addCleanup(proxy.close)
        agent = self.agent(proxy.address + self.root, timeout_ms)
        agent.wait_state("connected")
        return agent, proxy

    def kazoo(self, servers=None):
        client = KazooClient(servers or self.servers, timeout=PATIENT_MS / 1000)
        client.start(120)
        self.addCleanup(lambda: (client.stop(), client.close()))
        return client

    def children(self, path, client=None):
        return (client or self.kazoo()).get_children(path)

    def await_true(self, condition, seconds=60):
        limit = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), limit, "it does not come true")
            time.sleep(0.05)

    def run_all(self, *works):
        """Runs them at once; what one raises fails the test."""
        failures = []

        def run(work):
            try:
                work()
            except Exception as problem:  # noqa: BLE001: told below
                failures.append(f"{type(problem).__name__}: {problem}")

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(600)
            self.assertFalse(thread.is_alive(), "it hangs")
        self.assertEqual(failures, [])


class BesideKazoo(Case):
    ROUNDS = 6

    def contend(self, holders, agents, kazoos):
        self.run_all(*agents, *kazoos)
        self.assertEqual(holders.broken, [])
        self.assertEqual(len(holders.entered), self.ROUNDS * (len(agents) + len(kazoos)))

    def agent_loop(self, holders, name, fenced, *words):
        agent = self.agent()

        def loop():
            for _ in range(self.ROUNDS):
                tag, (fence, _) = agent.ask(*words)
                holders.enter(name, int(fence) if fenced else None)
                holders.leave(name)
                agent.ask("release", tag)
        return loop

    def kazoo_loop(self, holders, name, fenced, make):
        client = self.kazoo()

        def loop():
            for _ in range(self.ROUNDS):
                lock = make(client)
                lock.acquire()
                fence = client.exists(f"{lock.path}/{lock.node}").czxid if fenced else None
                holders.enter(name, fence)
                holders.leave(name)
                lock.release()
        return loop

    def test_a_lock_has_one_holder_and_fences_increase(self):
        holders = Holders()
        self.contend(holders,
                     [self.agent_loop(holders, f"agent {i}", True, "lock", "/a/lock", "kazoo", "-") for i in range(2)],
                     [self.kazoo_loop(holders, f"kazoo {i}", True, lambda zk: zk.Lock("/a/lock")) for i in range(2)])

    def test_a_bridge_waits_for_curators_names_and_kazoos_and_they_for_it(self):
        holders = Holders()
        patient = {"extra_lock_patterns": ["lock-"]}
        self.contend(holders,
                     [self.agent_loop(holders, "bridge", True, "lock", "/b", "bridge", "-"),
                      self.agent_loop(holders, "curator", True, "lock", "/b", "curator", "-")],
                     [self.kazoo_loop(holders, "kazoo", False, lambda zk: zk.Lock("/b", **patient))])

    def test_a_semaphore_has_as_many_holders_as_leases(self):
        holders = Holders(most=2)
        self.contend(holders,
                     [self.agent_loop(holders, f"agent {i}", False, "semaphore", "/s", "kazoo", "-", 2)
                      for i in range(2)],
                     [self.kazoo_loop(holders, f"kazoo {i}", False, lambda zk: Semaphore(zk, "/s", max_leases=2))
                      for i in range(2)])

    def test_a_writer_excludes_readers_and_writers_of_the_other_kind(self):
        client, agent = self.kazoo(), self.agent()
        writer = WriteLock(client, "/rw")
        writer.acquire()
        reading = agent.begin("read", "/rw", "kazoo", "-")
        self.assertTrue(agent.silent(reading, 0.5))
        writer.release()
        self.assertEqual(agent.next(reading)[0], "ok")
        second = ReadLock(client, "/rw")
        self.assertTrue(second.acquire())  # readers share
        writing = agent.begin("write", "/rw", "kazoo", "-")
        self.assertTrue(agent.silent(writing, 0.5))
        agent.ask("release", reading)
        second.release()
        self.assertEqual(agent.next(writing)[0], "ok")

    def test_an_election_is_taken_over_when_the_leader_is_killed(self):
        client, leader, observer = self.kazoo(), self.agent(timeout_ms=BRIEF_MS), self.agent()
        leader.ask("lock", "/election", "kazoo", "-")
        stream, _ = observer.ask("observe", "/election")
        self.assertEqual(observer.next(stream), ["leader", "agent"])
        elected = threading.Event()
        election = client.Election("/election", "kazoo's")
        over = threading.Event()
        thread = threading.Thread(target=lambda: election.run(lambda: (elected.set(), over.wait(60))))
        thread.start()
        self.assertFalse(elected.wait(0.5))
        leader.kill()
        self.assertTrue(elected.wait(60))
        while observer.next(stream) != ["leader", "kazoo's"]:
            pass
        over.set()
        thread.join()

    def test_all_enter_and_leave_a_double_barrier_together(self):
        holders = Holders(most=4)
        arrived = []

        def through_agent(agent):
            def run():
                agent.ask("enter", "/double", 3, "-")
                arrived.append(1)
                agent.ask("leave", "/double", 3, "-")
            return run

        def through_kazoo(barrier):
            def run():
                barrier.enter()
                arrived.append(1)
                barrier.leave()
            return run
        agents = [through_agent(self.agent()) for _ in range(2)]
        late = threading.Thread(target=self.run_all, args=agents)
        late.start()
        time.sleep(0.5)
        self.assertEqual(arrived, [])
        self.run_all(through_kazoo(self.kazoo().DoubleBarrier("/double", 3)))
        late.join(60)
        self.assertEqual(len(arrived), 3)
        self.assertEqual(self.children("/double"), [])
        self.assertEqual(holders.broken, [])

    def test_a_barrier_is_lowered_for_all(self):
        client, agent = self.kazoo(), self.agent()
        client.Barrier("/barrier").create()
        waiting = agent.begin("barrier", "/barrier", "wait", "-")
        self.assertTrue(agent.silent(waiting, 0.5))
        self.assertEqual(agent.next(agent.begin("barrier", "/barrier", "wait", 200)), ["OperationTimeout"])
        client.Barrier("/barrier").remove()
        self.assertEqual(agent.next(waiting), ["ok"])
        agent.ask("barrier", "/barrier", "raise", "-")
        self.assertFalse(client.Barrier("/barrier").wait(0.2))
        agent.ask("barrier", "/barrier", "lower", "-")
        self.assertTrue(client.Barrier("/barrier").wait(10))

    def test_items_go_both_ways_lowest_priority_first(self):
        client, agent = self.kazoo(), self.agent()
        kazoos = client.Queue("/queue")
        kazoos.put(b"second")
        agent.ask("put", "/queue", "kazoo", "first", 7)
        self.assertEqual(agent.ask("take", "/queue", "kazoo", "-")[1], ["first"])
        self.assertEqual(agent.ask("take", "/queue", "kazoo", "-")[1], ["second"])
        waiting = agent.begin("take", "/queue", "kazoo", "-")
        kazoos.put(b"third")
        self.assertEqual(agent.next(waiting), ["ok", "third"])
        agent.ask("put", "/queue", "kazoo", "fourth")
        self.assertEqual(kazoos.get(), b"fourth")

    def test_an_item_in_work_is_nobody_elses_until_its_taker_dies(self):
        client, agent, other = self.kazoo(), self.agent(timeout_ms=BRIEF_MS), self.agent()
        client.LockingQueue("/work").put(b"item")
        agent.ask("claim", "/work", "-")
        claiming = other.begin("claim", "/work", "-")
        self.assertTrue(other.silent(claiming, 0.5))
        self.assertIsNone(client.LockingQueue("/work").get(timeout=0.3))
        agent.kill()
        self.assertEqual(other.next(claiming), ["ok", "item"])
        other.ask("finish", "/work", claiming)
        self.assertEqual(self.children("/work/entries"), [])
        other.ask("offer", "/work", "more")
        kazoos = client.LockingQueue("/work")
        self.assertEqual(kazoos.get(timeout=10), b"more")
        self.assertTrue(kazoos.consume())

    def test_counters_add_up(self):
        for form, more in (("digits", {}), ("int32", {"support_curator": True})):
            path = f"/counter-{form}"
            agents = [self.agent() for _ in range(2)]
            counter = self.kazoo().Counter(path, **more)

            def add():
                for _ in range(10):
                    _ = counter + 2  # changes the node
            self.run_all(add, *[lambda a=a: [a.ask("add", path, form, 1) for _ in range(10)] for a in agents])
            self.assertEqual(agents[0].ask("number", path, form)[1], ["40"])
            self.assertEqual(counter.value, 40)

    def test_watchers_are_told_of_what_is_and_what_becomes(self):
        client, agent = self.kazoo(), self.agent()
        data, _ = agent.ask("watch", "/watched", "data")
        children, _ = agent.ask("watch", "/watched", "children")
        self.assertEqual(agent.next(data), ["data", "-"])
        self.assertEqual(agent.next(children), ["children", "-"])
        client.create("/watched", b"one")
        self.assertEqual(agent.next(data), ["data", "one"])
        self.assertEqual(agent.next(children), ["children", "0"])
        client.create("/watched/child")
        self.assertEqual(agent.next(children), ["children", "1"])
        client.set("/watched", b"two")
        self.assertEqual(agent.next(data), ["data", "two"])
        client.delete("/watched", recursive=True)
        self.assertEqual(agent.next(data), ["data", "-"])

    def test_members_see_each_other(self):
        client, agent, mortal = self.kazoo(), self.agent(), self.agent(timeout_ms=BRIEF_MS)
        party = client.Party("/party", "kazoo")
        party.join()
        agent.ask("member", "/party", "agent")
        mortal.ask("member", "/party", "mortal")
        self.await_true(lambda: sorted(party) == ["agent", "kazoo", "mortal"])
        self.assertEqual(agent.ask("members", "/party")[1], ["agent", "kazoo", "mortal"])
        mortal.kill()
        self.await_true(lambda: sorted(party) == ["agent", "kazoo"])

    def test_several_locks_are_taken_all_or_none(self):
        client, agent = self.kazoo(), self.agent()
        second = client.Lock("/multi/b")
        second.acquire()
        self.assertEqual(agent.next(agent.begin("multi", "/multi/b", "/multi/a", 500)), ["OperationTimeout"])
        self.await_true(lambda: client.get_children("/multi/a") == [])
        second.release()
        agent.ask("multi", "/multi/b", "/multi/a", "-")
        self.assertFalse(client.Lock("/multi/a").acquire(blocking=False))
        self.assertFalse(client.Lock("/multi/b").acquire(blocking=False))

    def test_a_tree_is_followed_node_by_node(self):
        client, agent = self.kazoo(), self.agent()
        client.create("/tree/a", b"one", makepath=True)
        tree, _ = agent.ask("watch", "/tree", "tree")
        self.assertEqual(agent.next(tree), ["created", "/tree", ""])
        self.assertEqual(agent.next(tree), ["created", "/tree/a", "one"])
        client.set("/tree/a", b"two")
        self.assertEqual(agent.next(tree), ["changed", "/tree/a", "two"])
        client.create("/tree/a/b", b"deep")
        self.assertEqual(agent.next(tree), ["created", "/tree/a/b", "deep"])
        client.delete("/tree/a/b")
        self.assertEqual(agent.next(tree), ["deleted", "/tree/a/b", "deep"])

    def test_a_node_and_a_branch_are_followed_without_what_is_deeper(self):
        client, agent = self.kazoo(), self.agent()
        client.create("/deep/a/b", b"b", makepath=True)
        node, _ = agent.ask("watch", "/deep", "node")
        branch, _ = agent.ask("watch", "/deep", "branch")
        self.assertEqual(agent.next(node), ["created", "/deep", ""])
        self.assertEqual(sorted(agent.next(branch) for _ in range(2)), [["created", "/deep", ""], ["created", "/deep/a", ""]])
        client.set("/deep/a/b", b"deeper")
        client.set("/deep/a", b"one")
        client.set("/deep", b"two")
        self.assertEqual(agent.next(node), ["changed", "/deep", "two"])
        self.assertEqual(sorted(agent.next(branch) for _ in range(2)), [["changed", "/deep", "two"], ["changed", "/deep/a", "one"]])
        client.delete("/deep/a/b")
        client.delete("/deep/a")
        client.delete("/deep")
        self.assertEqual(agent.next(node), ["deleted", "/deep", "two"])
        self.assertEqual(sorted(agent.next(branch) for _ in range(2)), [["deleted", "/deep", "two"], ["deleted", "/deep/a", "one"]])


class WornOut(Case):
    """Directories whose counter of children comes to its end. Servers from 3.6 on stay at the last number, and Apache's counts
    on from the lowest ones for as long as creations are under way together: numbers then say nothing about the order."""

    LINES = ("lock", "rw", "election", "queue", "order")
    LAST = 2**31 - 1
    ROUNDS = 8

    @classmethod
    def prepare(cls, data_directory):
        write_snapshot(data_directory, {f"/{name}": cls.LAST - 4 for name in cls.LINES})

    def setUp(self):
        super().setUp()
        self.servers = f"127.0.0.1:{self.server.port}"

    def test_the_server_gives_the_last_number_again_and_again(self):
        client = self.kazoo()
        numbers = [int(client.create(f"/order/{i}_", sequence=True)[len("/order/0_"):]) for i in range(7)]
        self.assertEqual(numbers, [self.LAST - 4, self.LAST - 3, self.LAST - 2, self.LAST - 1] + 3 * [self.LAST])

    def test_a_lock_has_one_holder_and_fences_increase(self):
        holders = Holders()

        def loop(name, naming):
            agent = self.agent()

            def run():
                for _ in range(self.ROUNDS):
                    tag, (fence, _) = agent.ask("lock", "/lock", naming, "-")
                    holders.enter(name, int(fence))
                    time.sleep(0.005)  # whoever comes in beside us is to be seen
                    holders.leave(name)
                    agent.ask("release", tag)
            return run
        namings = ("kazoo", "curator", "bridge", "kazoo", "bridge")
        self.run_all(*[loop(f"{naming} {i}", naming) for i, naming in enumerate(namings)])
        self.assertEqual(holders.broken, [])
        self.assertEqual(len(holders.entered), self.ROUNDS * len(namings))
        self.assertEqual(self.children("/lock"), [])

    def wear_out(self, path):
        client = self.kazoo()
        for i in range(6):
            client.delete(client.create(f"{path}/{i}-", sequence=True))

    def test_readers_share_and_writers_do_not(self):
        self.wear_out("/rw")
        agent = self.agent()
        first, _ = agent.ask("read", "/rw", "kazoo", "-")
        second, _ = agent.ask("read", "/rw", "kazoo", "-")
        writing = agent.begin("write", "/rw", "kazoo", "-")
        self.assertTrue(agent.silent(writing, 0.3))
        late = agent.begin("read", "/rw", "kazoo", "-")
        self.assertTrue(agent.silent(late, 0.3))
        agent.ask("release", first)
        self.assertTrue(agent.silent(writing, 0.3))
        agent.ask("release", second)
        self.assertEqual(agent.next(writing)[0], "ok")
        self.assertTrue(agent.silent(late, 0.3))
        agent.ask("release", writing)
        self.assertEqual(agent.next(late)[0], "ok")

    def test_who_leads_is_who_came_first(self):
        self.wear_out("/election")
        agents = [self.agent() for _ in range(3)]
        tag, (fence, path) = agents[0].ask("lock", "/election", "kazoo", "-")
        waiting = [agent.begin("lock", "/election", "kazoo", "-") for agent in agents[1:]]
        self.await_true(lambda: len(self.children("/election")) == 3)
        stream, _ = agents[0].ask("observe", "/election")
        self.assertEqual(agents[0].next(stream), ["leader", "agent"])
        self.assertTrue(all(agent.silent(wait, 0.2) for agent, wait in zip(agents[1:], waiting)))
        agents[0].ask("release", tag)
        self.await_true(lambda: not all(agent.silent(wait, 0.05) for agent, wait in zip(agents[1:], waiting)))

    def test_a_queue_refuses_an_item_whose_number_is_taken(self):
        self.wear_out("/queue")
        agent = self.agent()
        agent.ask("put", "/queue", "kazoo", "first")
        self.assertEqual(agent.next(agent.begin("put", "/queue", "kazoo", "second")), ["NodeExists"])
        self.assertEqual(agent.ask("take", "/queue", "kazoo", "-")[1], ["first"])
        agent.ask("put", "/queue", "kazoo", "second")
        self.assertEqual(agent.ask("take", "/queue", "kazoo", "-")[1], ["second"])


class UnderFaults(Case):
    def test_what_changed_in_a_tree_while_nobody_looked_is_told(self):
        client = self.kazoo()
        for name, data in (("kept", b"1"), ("gone", b"2"), ("made-again", b"3")):
            client.create(f"/tree/{name}", data, makepath=True)
        agent, proxy = self.proxied_agent()
        tree, _ = agent.ask("watch", "/tree", "tree")
        for _ in range(4):
            agent.next(tree)
        proxy.cut(refuse=True)
        agent.wait_state("suspended")
        client.delete("/tree/gone")
        client.delete("/tree/made-again")
        client.create("/tree/made-again", b"3")
        client.create("/tree/new", b"4")
        proxy.mend()
        told = [agent.next(tree) for _ in range(4)]
        self.assertEqual(told, [["deleted", "/tree/gone", "2"], ["deleted", "/tree/made-again", "3"],
                                ["created", "/tree/made-again", "3"], ["created", "/tree/new", "4"]])

    def test_a_member_comes_back_with_a_new_session(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        agent.ask("member", "/party", "agent")
        party = client.Party("/party")
        self.await_true(lambda: list(party) == ["agent"])
        before = client.get_children("/party")
        proxy.cut(refuse=True)
        agent.wait_state("lost")
        self.await_true(lambda: list(party) == [])
        proxy.mend()
        self.await_true(lambda: list(party) == ["agent"])
        self.assertEqual(client.get_children("/party"), before)

    def test_a_lost_reply_leaves_no_second_node(self):
        agent, proxy = self.proxied_agent()
        client = self.kazoo()
        client.ensure_path("/lost")
        lost = proxy.lose_next_reply()
        _, (_, path) = agent.ask("lock", "/lost", "kazoo", "-")
        self.assertTrue(lost.is_set())
        self.assertEqual([f"/lost/{name}" for name in client.get_children("/lost")], [path])

    def test_a_lost_reply_leaves_no_second_bridge(self):
        agent, proxy = self.proxied_agent()
        client = self.kazoo()
        client.ensure_path("/lost")
        lost = proxy.lose_next_reply()
        agent.ask("lock", "/lost", "bridge", "-")
        self.assertTrue(lost.is_set())
        self.assertEqual(len(client.get_children("/lost")), 2)

    def test_who_waits_keeps_his_place_through_a_cut(self):
        client = self.kazoo()
        held = client.Lock("/line")
        held.acquire()
        agent, proxy = self.proxied_agent()
        first = agent.begin("lock", "/line", "kazoo", "-")
        self.await_true(lambda: len(client.get_children("/line")) == 2)
        behind = self.agent()
        second = behind.begin("lock", "/line", "kazoo", "-")
        self.await_true(lambda: len(client.get_children("/line")) == 3)
        proxy.cut()
        agent.wait_state("connected")
        held.release()
        self.assertEqual(agent.next(first)[0], "ok")
        self.assertTrue(behind.silent(second, 0.3))
        agent.ask("release", first)
        self.assertEqual(behind.next(second)[0], "ok")

    def test_a_holder_hears_of_a_cut_at_once_or_not_at_all_as_it_chose(self):
        agent, proxy = self.proxied_agent()
        careful, _ = agent.ask("lock", "/one", "kazoo", "-", "suspended")
        trusting, _ = agent.ask("lock", "/other", "kazoo", "-", "lost")
        proxy.cut()
        self.assertEqual(agent.next(careful), ["lost"])
        agent.wait_state("connected")
        self.assertTrue(agent.silent(trusting, 0.5))

    def test_an_expired_holder_is_told_without_a_server_and_the_next_one_has_a_larger_fence(self):
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        tag, (fence, _) = agent.ask("lock", "/expiring", "kazoo", "-", "lost")
        other = self.agent()
        waiting = other.begin("lock", "/expiring", "kazoo", "-")
        proxy.cut(refuse=True)
        self.assertEqual(agent.next(tag), ["lost"])
        answer = other.next(waiting)
        self.assertGreater(int(answer[1]), int(fence))
        proxy.mend()
        agent.wait_state("connected")
        # The new session stands in line again, and gives nothing back that is not its own.
        again = agent.begin("lock", "/expiring", "kazoo", "-")
        agent.ask("release", tag)
        self.assertTrue(agent.silent(again, 0.5))
        other.ask("release", waiting)
        self.assertEqual(agent.next(again)[0], "ok")

    def test_a_waiter_whose_session_expires_stands_in_line_again(self):
        client = self.kazoo()
        held = client.Lock("/again")
        held.acquire()
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        waiting = agent.begin("lock", "/again", "kazoo", "-")
        self.await_true(lambda: len(client.get_children("/again")) == 2)
        proxy.cut(refuse=True)
        agent.wait_state("lost")
        proxy.mend()
        agent.wait_state("connected")
        held.release()
        self.assertEqual(agent.next(waiting)[0], "ok")
        self.assertEqual(len(client.get_children("/again")), 1)

    def test_a_deleted_node_is_lost_and_a_deleted_directory_made_again(self):
        client, agent = self.kazoo(), self.agent()
        tag, (_, path) = agent.ask("lock", "/deleted", "kazoo", "-")
        waiting = agent.begin("lock", "/deleted", "kazoo", "-")
        self.await_true(lambda: len(client.get_children("/deleted")) == 2)
        gone = client.transaction()  # at once: else who waits has a new node before its directory goes
        for name in client.get_children("/deleted"):
            gone.delete(f"/deleted/{name}")
        gone.delete("/deleted")
        self.assertEqual([result for result in gone.commit() if result is not True], [])
        self.assertEqual(agent.next(tag), ["lost"])
        self.assertEqual(agent.next(waiting)[0], "ok")

    def test_other_children_are_in_nobodys_way(self):
        client, agent = self.kazoo(), self.agent()
        for name in ("readme", "lock-", "__lock__123", "zzz-0000000000", "_c_short"):
            client.create(f"/foreign/{name}", makepath=True)
        agent.ask("lock", "/foreign", "kazoo", 5000)
        self.assertEqual(agent.next(agent.begin("try", "/foreign", "curator", "-")), ["OperationTimeout"])

    def test_a_wait_that_is_given_up_leaves_no_place_in_the_line(self):
        client, agent = self.kazoo(), self.agent()
        held, _ = agent.ask("lock", "/brief", "kazoo", "-")
        self.assertEqual(agent.next(agent.begin("lock", "/brief", "kazoo", 300)), ["OperationTimeout"])
        self.await_true(lambda: len(client.get_children("/brief")) == 1)

    def test_a_latch_is_gained_again_after_the_session_was_lost(self):
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        latch, _ = agent.ask("latch", "/latch", "curator")
        self.assertEqual(agent.next(latch)[0], "gained")
        proxy.cut(refuse=True)
        self.assertEqual(agent.next(latch), ["lost"])
        agent.wait_state("lost")
        proxy.mend()
        self.assertEqual(agent.next(latch)[0], "gained")
        self.assertEqual(len(self.children("/latch")), 1)

    def test_one_holder_at_a_time_while_the_server_is_killed_again_and_again(self):
        holders = Holders()
        agents = [self.agent(timeout_ms=PATIENT_MS) for _ in range(3)]
        over = threading.Event()

        def loop(agent, name):
            def run():
                while not over.is_set():
                    tag = agent.begin("lock", "/killed", "kazoo", "-", "lost")
                    answer = agent.next(tag)
                    self.assertEqual(answer[0], "ok")
                    holders.enter(name, int(answer[1]))
                    time.sleep(0.02)
                    holders.leave(name)
                    agent.ask("release", tag)
            return run

        def kill():
            for _ in range(3):
                time.sleep(1.5)
                self.server.kill()
                self.server.start(wait=False).wait_ready(300)
            over.set()
        self.run_all(kill, *[loop(agent, f"agent {i}") for i, agent in enumerate(agents)])
        self.assertEqual(holders.broken, [])
        self.assertGreater(len(holders.entered), 5)


if __name__ == "__main__":
    cases.parse(("--agent", {"type": Path, "required": True}))
    cases.run()
