#!/usr/bin/python3
"""Leases, set partitioners and services beside kazoo on the same znodes, and under faults: sharing.py SERVER --agent PROGRAM."""
import datetime
import json
import threading
import time
from pathlib import Path

import recipes
from recipes import BRIEF_MS, cases

from kazoo.recipe.lease import MultiNonBlockingLease, NonBlockingLease
from kazoo.recipe.partitioner import SetPartitioner

HOUR_MS = 3600 * 1000


class Case(recipes.Case):
    ports = (28400, 28499)


def at(ms):
    """The clock of a kazoo lease that has stopped."""
    return lambda: datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)


NOON_MS = 1795348800000  # 2026-11-22T12:00:00 UTC


class Leases(Case):
    def kazoo_lease(self, client, who, now_ms=NOON_MS, path="/lease", hours=1):
        return bool(NonBlockingLease(client, path, datetime.timedelta(hours=hours), identifier=who, utcnow=at(now_ms)))

    def agent_lease(self, agent, who, now_ms=NOON_MS):
        return agent.ask("lease", "/lease", HOUR_MS, who, now_ms)[1]

    def test_each_kind_holds_off_the_other_until_its_end_and_then_takes_over(self):
        client, agent = self.kazoo(), self.agent()
        self.assertTrue(self.kazoo_lease(client, "kazoo"))
        self.assertEqual(self.agent_lease(agent, "agent")[:2], ["theirs", "kazoo"])
        self.assertEqual(self.agent_lease(agent, "agent", NOON_MS + HOUR_MS)[:2], ["ours", "agent"])
        self.assertFalse(self.kazoo_lease(client, "kazoo", NOON_MS + 2 * HOUR_MS - 1))
        self.assertTrue(self.kazoo_lease(client, "kazoo", NOON_MS + 2 * HOUR_MS))
        self.assertEqual(self.children("/lease"), ["lease_holder"])

    def test_both_write_the_same_bytes(self):
        client, agent = self.kazoo(), self.agent()
        self.kazoo_lease(client, "J\u00fcrgen")
        kazoos = client.get("/lease/lease_holder")[0]
        self.agent_lease(agent, "J\u00fcrgen")
        self.assertEqual(client.get("/lease/lease_holder")[0], kazoos)

    def test_who_has_it_renews_it_under_a_larger_fence_and_gives_it_back(self):
        client, agent = self.kazoo(), self.agent()
        first = self.agent_lease(agent, "agent")
        second = self.agent_lease(agent, "agent", NOON_MS + 60000)
        self.assertEqual(second[0], "ours")
        self.assertGreater(int(second[2]), int(first[2]))
        self.assertEqual(json.loads(client.get("/lease/lease_holder")[0])["end"], "2026-11-22T13:01:00")
        agent.ask("give_back", "/lease", "-", "other")
        self.assertFalse(self.kazoo_lease(client, "kazoo"))
        agent.ask("give_back", "/lease", "-", "agent")
        self.assertTrue(self.kazoo_lease(client, "kazoo"))

    def test_a_lease_needs_no_session(self):
        client, agent = self.kazoo(), self.agent()
        self.agent_lease(agent, "agent")
        agent.close()
        self.assertFalse(self.kazoo_lease(client, "kazoo"))

    def test_one_holder_when_many_ask_at_once(self):
        agents = [self.agent() for _ in range(2)]
        clients = [self.kazoo() for _ in range(2)]
        holders = []

        def ask(who, agent):
            return lambda: self.agent_lease(agent, who)[0] == "ours" and holders.append(who)

        def ask_kazoo(who, client):
            return lambda: self.kazoo_lease(client, who) and holders.append(who)
        self.run_all(*[ask(f"agent-{i}", agent) for i, agent in enumerate(agents)],
                     *[ask_kazoo(f"kazoo-{i}", client) for i, client in enumerate(clients)])
        self.assertEqual(len(holders), 1)

    def test_another_version_is_somebody_elses_and_other_content_an_error(self):
        client, agent = self.kazoo(), self.agent()
        client.create("/lease/lease_holder", b'{"version": 2}', makepath=True)
        self.assertEqual(self.agent_lease(agent, "agent")[0], "theirs")
        client.set("/lease/lease_holder", b"not a lease")
        answer = agent.next(agent.begin("lease", "/lease", HOUR_MS, "agent", NOON_MS))
        self.assertEqual(answer, ["MarshallingError"])
        self.assertEqual(self.children("/lease"), ["lease_holder"])

    def test_other_children_are_in_nobodys_way(self):
        client, agent = self.kazoo(), self.agent()
        for name in ("readme", "__lock__123", "0"):
            client.create(f"/lease/{name}", makepath=True)
        self.assertEqual(self.agent_lease(agent, "agent")[0], "ours")

    def test_lost_replies_do_no_harm(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent()
        # Of a renewal: the guard's creation, the line, the guard, the lease, its change, the guard's end.
        for skip in range(6):
            if skip % 2 == 0 and client.exists("/lease"):
                client.delete("/lease", recursive=True)
            lost = proxy.lose_next_reply(skip)
            term = self.agent_lease(agent, "agent")
            self.assertTrue(lost.is_set())
            self.assertEqual(term[0], "ours")
            self.assertEqual(int(term[2]), client.exists("/lease/lease_holder").mzxid)
            self.assertEqual(self.children("/lease"), ["lease_holder"])

    def test_each_holder_has_one_of_so_many(self):
        client, agent = self.kazoo(), self.agent()

        def kazoo_slot(who):
            return bool(MultiNonBlockingLease(client, 2, "/slots", datetime.timedelta(hours=1), identifier=who))

        def agent_slot(who):
            answer = agent.ask("slot", "/slots", HOUR_MS, who, 2)[1]
            return answer[0], int(answer[3])
        self.assertTrue(kazoo_slot("kazoo"))
        self.assertEqual(agent_slot("agent"), ("ours", 1))
        self.assertEqual(agent_slot("late")[0], "theirs")
        self.assertFalse(kazoo_slot("later"))
        client.delete("/slots/0/lease_holder")
        self.assertEqual(agent_slot("agent"), ("ours", 1))  # and leaves the free one to others
        self.assertEqual(agent_slot("late"), ("ours", 0))


class Occupancy:
    """Whose each item is by what the test knows: less than what is true, so each overlap that it sees is one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._holders = {}
        self.over = threading.Event()
        self.broken = []
        self.shares = 0

    def enter(self, who, items):
        with self._lock:
            self.shares += 1
            self.broken.extend(f"{item}: {who} beside {self._holders[item]}" for item in items if item in self._holders)
            self._holders.update({item: who for item in items})

    def leave(self, who):
        with self._lock:
            self._holders = {item: holder for item, holder in self._holders.items() if holder != who}


class Partitions(Case):
    ITEMS = ["a", "b", "c", "d", "e"]
    CALM_MS = 400

    def agent_partition(self, agent, who, path="/set"):
        return agent.ask("partition", path, ",".join(self.ITEMS), who, self.CALM_MS)[0]

    def kazoo_partition(self, client, who, path="/set"):
        made = SetPartitioner(client, path, set(self.ITEMS), identifier=who, time_boundary=self.CALM_MS / 1000)
        self.addCleanup(made.finish)
        return made

    def share(self, agent, tag, want=None):
        """The next share the agent acquires, or the one that is wanted; what it has to release meanwhile is released."""
        while True:
            state, *items = agent.next(tag)
            self.assertNotEqual(state, "failure")
            if state == "acquired" and want in (None, items):
                return items
            if state == "release":
                agent.ask("release_set", tag)

    def kazoo_share(self, partitioner, want=None):
        limit = time.monotonic() + 60
        while True:
            self.assertLess(time.monotonic(), limit)
            self.assertFalse(partitioner.failed)
            if partitioner.acquired and want in (None, sorted(partitioner)):
                return sorted(partitioner)
            if partitioner.release:
                partitioner.release_set()
            else:
                time.sleep(0.02)

    def divide(self, agent, tag, agents, kazoos, partitioner):
        """Both go on until the one has `agents` and the other `kazoos`: who came first may have had all at first."""
        self.run_all(lambda: self.share(agent, tag, agents), lambda: self.kazoo_share(partitioner, kazoos))

    def locked(self, client, path="/set"):
        return sorted(item for item in client.get_children(f"{path}/locks") if client.get_children(f"{path}/locks/{item}"))

    def test_alone_one_has_everything(self):
        client, agent = self.kazoo(), self.agent()
        tag = self.agent_partition(agent, "agent")
        self.assertEqual(self.share(agent, tag), self.ITEMS)
        self.assertEqual(self.locked(client), self.ITEMS)
        [member] = client.get_children("/set/party")
        self.assertRegex(member, "^[0-9a-f]{32}-agent$")
        self.assertEqual(client.get(f"/set/party/{member}")[0], b"agent")
        agent.ask("leave", tag)
        self.await_true(lambda: self.locked(client) == [] and client.get_children("/set/party") == [])

    def test_a_kazoo_and_an_agent_divide_and_divide_again(self):
        client, agent, watcher = self.kazoo(), self.agent(), self.kazoo()
        tag = self.agent_partition(agent, "m-agent")
        self.assertEqual(self.share(agent, tag), self.ITEMS)
        kazoos = self.kazoo_partition(client, "a-kazoo")
        self.assertEqual(agent.next(tag), ["release"])
        # Nothing is anybody else's before we have let go.
        kazoos.wait_for_acquire(3 * self.CALM_MS / 1000)
        self.assertTrue(kazoos.allocating)
        agent.ask("release_set", tag)
        self.assertEqual(agent.next(tag), ["allocating"])
        self.assertEqual(self.share(agent, tag), ["b", "d"])
        self.assertEqual(self.kazoo_share(kazoos), ["a", "c", "e"])
        self.assertEqual(self.locked(watcher), self.ITEMS)
        kazoos.finish()
        self.assertEqual(self.share(agent, tag), self.ITEMS)

    def test_who_dies_leaves_his_share_to_the_others(self):
        client, mortal = self.kazoo(), self.agent(timeout_ms=BRIEF_MS)
        kazoos = self.kazoo_partition(client, "kazoo")
        tag = self.agent_partition(mortal, "agent")
        self.divide(mortal, tag, ["a", "c", "e"], ["b", "d"], kazoos)
        mortal.kill()
        self.await_true(lambda: kazoos.release)
        self.assertEqual(self.kazoo_share(kazoos), self.ITEMS)

    def kazoo_member(self, occupancy, who, client):
        def run():
            partitioner = self.kazoo_partition(client, who)
            while not occupancy.over.is_set():
                occupancy.enter(who, self.kazoo_share(partitioner))
                while partitioner.acquired and not occupancy.over.is_set():
                    time.sleep(0.02)
                occupancy.leave(who)
            partitioner.finish()
        return run

    def agent_member(self, occupancy, who, agent):
        def run():
            tag = self.agent_partition(agent, who)
            while not occupancy.over.is_set():
                occupancy.enter(who, self.share(agent, tag))
                while not occupancy.over.is_set() and agent.silent(tag, 0.05):
                    pass
                occupancy.leave(who)
            agent.ask("leave", tag)
        return run

    def test_no_item_is_two_members_while_others_come_and_go(self):
        occupancy = Occupancy()

        def come_and_go():
            agent = self.agent()
            for who in ("a", "n", "z"):
                tag = self.agent_partition(agent, who)
                occupancy.enter(who, self.share(agent, tag))
                occupancy.leave(who)
                agent.ask("leave", tag)
            occupancy.over.set()
        self.run_all(come_and_go, self.agent_member(occupancy, "f", self.agent()),
                     self.agent_member(occupancy, "p", self.agent()), self.kazoo_member(occupancy, "k", self.kazoo()))
        self.assertEqual(occupancy.broken, [])

    def test_no_item_is_two_members_while_the_server_is_killed_again_and_again(self):
        occupancy = Occupancy()

        def kill():
            try:
                wanted = 3
                for _ in range(3):
                    self.await_true(lambda: occupancy.shares >= wanted)
                    wanted = occupancy.shares + 3  # each loses what it has, and gets a share again
                    self.server.kill()
                    self.server.start(wait=False).wait_ready(300)
                self.await_true(lambda: occupancy.shares >= wanted)
            finally:
                occupancy.over.set()
        self.run_all(kill, *[self.agent_member(occupancy, f"agent-{i}", self.agent()) for i in range(3)])
        self.assertEqual(occupancy.broken, [])

    def test_a_lost_session_is_a_failure_and_leaves_no_member(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        tag = self.agent_partition(agent, "agent")
        self.share(agent, tag)
        proxy.cut(refuse=True)
        self.assertEqual(agent.next(tag), ["release"])  # suspended: nobody knows
        self.assertEqual(agent.next(tag), ["failure"])
        proxy.mend()
        agent.wait_state("connected")
        self.await_true(lambda: client.get_children("/set/party") == [] and self.locked(client) == [])
        again = self.agent_partition(agent, "agent")
        self.assertEqual(self.share(agent, again), self.ITEMS)

    def test_a_cut_costs_the_parts_but_not_the_place(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent()
        tag = self.agent_partition(agent, "agent")
        self.share(agent, tag)
        members = client.get_children("/set/party")
        proxy.cut()
        self.assertEqual(agent.next(tag), ["release"])
        agent.ask("release_set", tag)
        self.assertEqual(self.share(agent, tag), self.ITEMS)
        self.assertEqual(client.get_children("/set/party"), members)

    def test_lost_replies_leave_no_second_node(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent()
        for skip in range(12):
            path = f"/set-{skip}"
            lost = proxy.lose_next_reply(skip)
            tag = self.agent_partition(agent, "agent", path)
            self.assertEqual(self.share(agent, tag), self.ITEMS)
            self.assertTrue(lost.is_set())
            self.assertEqual(len(client.get_children(f"{path}/party")), 1)
            self.assertEqual([len(client.get_children(f"{path}/locks/{item}")) for item in self.ITEMS],
                             [1] * len(self.ITEMS))
            agent.ask("leave", tag)

    def test_a_party_that_is_deleted_is_joined_again(self):
        client, agent = self.kazoo(), self.agent()
        tag = self.agent_partition(agent, "agent")
        self.share(agent, tag)
        gone = client.transaction()
        for name in client.get_children("/set/party"):
            gone.delete(f"/set/party/{name}")
        gone.delete("/set/party")
        self.assertEqual([result for result in gone.commit() if result is not True], [])
        self.assertEqual(self.share(agent, tag), self.ITEMS)
        self.assertEqual(len(client.get_children("/set/party")), 1)

    def test_a_lock_that_is_deleted_is_lost(self):
        client, agent = self.kazoo(), self.agent()
        tag = self.agent_partition(agent, "agent")
        self.share(agent, tag)
        client.delete("/set/locks/c", recursive=True)
        self.assertEqual(agent.next(tag), ["release"])
        agent.ask("release_set", tag)
        self.assertEqual(self.share(agent, tag), self.ITEMS)

    def test_foreign_children_of_the_party_count_as_they_do_for_kazoo(self):
        client, agent, other = self.kazoo(), self.agent(), self.kazoo()
        client.create("/set/party/zzz-foreign", makepath=True)
        tag = self.agent_partition(agent, "a")
        kazoos = self.kazoo_partition(other, "b")
        self.divide(agent, tag, ["a", "d"], ["b", "e"], kazoos)


class Services(Case):
    def register(self, agent, id_="7", port=8080, *more):
        return agent.ask("register", "/services", "web", id_, port, *more)[0]

    def test_an_instance_is_the_bytes_that_curator_writes(self):
        client, agent = self.kazoo(), self.agent()
        self.register(agent)
        data, stat = client.get("/services/web/7")
        self.assertEqual(data, b'{"name":"web","id":"7","address":"127.0.0.1","port":8080,"sslPort":null,"payload":null,'
                               b'"registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":null}')
        self.assertNotEqual(stat.ephemeralOwner, 0)

    def test_what_is_registered_is_found_by_name_and_id(self):
        client, agent, other = self.kazoo(), self.agent(), self.agent()
        self.assertEqual(other.ask("names", "/services")[1], [])
        self.assertEqual(other.ask("instances", "/services", "web")[1], [])
        first, second = self.register(agent, "7"), self.register(agent, "9")
        client.create("/services/mail")
        client.create("/services/web/readme", b"no instance")
        self.assertEqual(other.ask("names", "/services")[1], ["mail", "web"])
        self.assertEqual(other.ask("instances", "/services", "web")[1], ["7", "9"])
        _, [found] = other.ask("instance", "/services", "web", "9")
        self.assertEqual(json.loads(found)["port"], 8080)
        self.assertEqual(other.ask("instance", "/services", "web", "8")[1], [])
        self.assertEqual(other.next(other.begin("instance", "/services", "web", "readme")), ["MarshallingError"])
        agent.ask("unregister", first)
        self.assertEqual(other.ask("instances", "/services", "web")[1], ["9"])
        agent.close()
        self.assertEqual(other.ask("instances", "/services", "web")[1], [])

    def test_a_fixed_instance_stays_until_it_is_unregistered(self):
        client, agent = self.kazoo(), self.agent()
        self.register(agent, "7", 8080, "fixed")
        self.assertEqual(client.get("/services/web/7")[1].ephemeralOwner, 0)
        agent.close()
        other = self.agent()
        self.assertEqual(other.ask("instances", "/services", "web")[1], ["7"])
        tag = self.register(other, "7", 9090, "fixed")
        self.assertEqual(json.loads(client.get("/services/web/7")[0])["port"], 9090)
        other.ask("unregister", tag)
        self.assertEqual(client.get_children("/services/web"), [])

    def test_an_update_is_told_and_what_others_write_stays_until_the_next(self):
        client, agent = self.kazoo(), self.agent()
        tag = self.register(agent)
        agent.ask("replace", tag, 9090)
        data, stat = client.get("/services/web/7")
        self.assertEqual(json.loads(data)["port"], 9090)
        disabled = json.dumps({**json.loads(data), "enabled": False}).encode()
        client.set("/services/web/7", disabled)
        self.register(agent, "other")
        self.assertEqual(client.get("/services/web/7")[0], disabled)
        agent.ask("replace", tag, 9091)
        data, last = client.get("/services/web/7")
        self.assertEqual(json.loads(data)["port"], 9091)
        self.assertEqual(last.czxid, stat.czxid)

    def test_it_is_registered_again_after_a_lost_session(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent(timeout_ms=BRIEF_MS)
        self.register(agent)
        before = client.get("/services/web/7")
        proxy.cut(refuse=True)
        agent.wait_state("lost")
        self.await_true(lambda: not client.exists("/services/web/7"))
        proxy.mend()
        self.await_true(lambda: client.exists("/services/web/7"))
        after = client.get("/services/web/7")
        self.assertEqual(after[0], before[0])
        self.assertNotEqual(after[1].ephemeralOwner, before[1].ephemeralOwner)

    def test_the_node_of_an_earlier_session_is_replaced(self):
        client, dead, agent = self.kazoo(), self.agent(), self.agent()
        self.register(dead, "7", 1)
        dead.kill()  # its session goes on
        owner = client.exists("/services/web/7").ephemeralOwner
        self.register(agent, "7", 2)
        data, stat = client.get("/services/web/7")
        self.assertEqual(json.loads(data)["port"], 2)
        self.assertNotEqual(stat.ephemeralOwner, owner)

    def test_two_of_one_id_do_not_fight_for_it(self):
        client, first, second = self.kazoo(), self.agent(), self.agent()
        self.register(first, "7", 1)
        tag = self.register(second, "7", 2)
        stat = client.exists("/services/web/7")
        time.sleep(0.5)
        self.assertEqual(client.exists("/services/web/7"), stat)
        second.ask("unregister", tag)
        self.await_true(lambda: client.exists("/services/web/7"))
        self.assertEqual(json.loads(client.get("/services/web/7")[0])["port"], 1)

    def test_a_deleted_node_or_directory_is_made_again(self):
        client, agent = self.kazoo(), self.agent()
        self.register(agent)
        gone = client.transaction()
        for path in ("/services/web/7", "/services/web", "/services"):
            gone.delete(path)
        self.assertEqual([result for result in gone.commit() if result is not True], [])
        self.await_true(lambda: client.exists("/services/web/7"))

    def test_lost_replies_leave_nothing_behind(self):
        client = self.kazoo()
        agent, proxy = self.proxied_agent()
        for id_, skip in (("1", 0), ("2", 1), ("3", 0), ("4", 1)):
            lost = proxy.lose_next_reply(skip)
            tag = self.register(agent, id_)
            self.assertTrue(lost.is_set())
            self.assertEqual(client.get_children("/services/web"), [id_])
            lost = proxy.lose_next_reply(skip)
            agent.ask("replace", tag, 9090)
            self.assertTrue(lost.is_set())
            self.assertEqual(json.loads(client.get(f"/services/web/{id_}")[0])["port"], 9090)
            lost = proxy.lose_next_reply()
            agent.ask("unregister", tag)
            self.assertTrue(lost.is_set())
            self.assertEqual(client.get_children("/services/web"), [])

    def test_what_cannot_be_a_node_is_refused(self):
        agent = self.agent()
        for id_ in ("..", "a/b"):
            self.assertEqual(agent.next(agent.begin("register", "/services", "web", id_, 1)), ["BadArguments"])

    def provide(self, agent, strategy):
        tag = agent.begin("provide", "/services", "web", strategy)
        while True:
            answer = agent.next(tag)
            if answer == ["ready"]:
                return tag
            self.assertEqual(answer[0], "instances")

    def pick(self, agent, tag):
        return agent.ask("pick", tag)[1][0]

    def test_a_provider_follows_who_comes_changes_and_goes(self):
        client, provider, mortal = self.kazoo(), self.agent(), self.agent(timeout_ms=BRIEF_MS)
        tag = self.provide(provider, "round_robin")  # before there is anything
        self.assertEqual(self.pick(provider, tag), "-")
        one = self.register(mortal, "1", 1)
        self.assertEqual(provider.next(tag), ["instances", "1:1"])
        client.create("/services/web/2", b'{"name":"web","id":"2","port":2}')
        self.assertEqual(provider.next(tag), ["instances", "1:1", "2:2"])
        client.create("/services/web/readme", b"no instance")
        client.create("/services/web/2/below", b'{"name":"web","id":"3","port":2}')
        mortal.ask("replace", one, 9)
        self.assertEqual(provider.next(tag), ["instances", "1:9", "2:2"])
        self.assertEqual(sorted(self.pick(provider, tag) for _ in range(4)), ["1", "1", "2", "2"])
        client.set("/services/web/2", b'{"name":"web","id":"2","port":2,"enabled":false}')
        self.assertEqual(provider.next(tag), ["instances", "1:9", "2:2"])
        self.assertEqual({self.pick(provider, tag) for _ in range(4)}, {"1"})
        mortal.kill()
        self.assertEqual(provider.next(tag), ["instances", "2:2"])
        self.assertEqual(self.pick(provider, tag), "-")

    def test_a_provider_sticks_to_one_until_that_one_is_down(self):
        agent, provider = self.agent(), self.agent()
        for id_ in ("1", "2", "3"):
            self.register(agent, id_)
        tag = self.provide(provider, "sticky")
        first = self.pick(provider, tag)
        self.assertEqual({self.pick(provider, tag) for _ in range(10)}, {first})
        provider.ask("failed", tag, first)
        self.assertEqual(self.pick(provider, tag), first)
        provider.ask("failed", tag, first)
        second = self.pick(provider, tag)
        self.assertNotEqual(second, first)
        self.assertEqual({self.pick(provider, tag) for _ in range(10)}, {second})

    def test_a_provider_catches_up_after_a_cut(self):
        client, agent = self.kazoo(), self.agent()
        provider, proxy = self.proxied_agent()
        one = self.register(agent, "1")
        tag = self.provide(provider, "round_robin")
        proxy.cut(refuse=True)
        provider.wait_state("suspended")
        self.assertEqual(self.pick(provider, tag), "1")
        agent.ask("unregister", one)
        self.register(agent, "2")
        proxy.mend()
        self.await_true(lambda: self.pick(provider, tag) == "2")
        self.assertEqual(client.get_children("/services/web"), ["2"])


if __name__ == "__main__":
    cases.parse(("--agent", {"type": Path, "required": True}))
    cases.run()
