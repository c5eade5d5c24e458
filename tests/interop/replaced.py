#!/usr/bin/python3
"""Servers of Apache ZooKeeper replaced by Paddock under load, one after the other, and back again: nobody notices.

  replaced.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import threading

import mixed
from harness import cases
from kazoo.client import KazooClient, KazooState
from kazoo.retry import KazooRetry
from mixed import MixedCase

from process.history import Load


class Holder(threading.Thread):
    """A program that uses kazoo as its authors mean it to be used: it holds a lock and counts in a node, and sees no error."""

    def __init__(self, ensemble):
        super().__init__(daemon=True)
        def patient():
            return KazooRetry(max_tries=-1, delay=0.02, backoff=1.5, max_delay=0.5)
        self.client = KazooClient(",".join(f"{host}:{port}" for host, port in ensemble.addresses), timeout=15,
                                  connection_retry=patient(), command_retry=patient())
        self.states = []
        self.client.add_listener(self.states.append)
        self.client.start(timeout=20)
        self.session = self.client.client_id[0]
        self.lock = self.client.Lock("/lock", "holder")
        self.lock.acquire(timeout=20)
        self.client.create("/count", b"0")
        self.count = 0
        self.error = None
        self.stopping = threading.Event()

    def run(self):
        try:
            while not self.stopping.is_set():
                self.client.retry(self.client.set, "/count", b"%d" % (self.count + 1))
                self.count += 1
        except Exception as error:  # told by check(), on its thread
            self.error = error

    def check(self, case, tree):
        """Behind the end of the load; the session is still there, and so is what it owns."""
        case.assertIsNone(self.error)
        case.assertNotIn(KazooState.LOST, self.states)
        case.assertEqual(self.client.client_id[0], self.session)
        case.assertEqual(tree["/count"][0], b"%d" % self.count)
        owners = [dict(stat)["ephemeralOwner"] for path, (_, stat) in tree.items() if path.startswith("/lock/")]
        case.assertEqual(owners, [self.session])

    def stop(self):
        self.stopping.set()
        self.join(30)

    def close(self):
        self.stop()
        self.client.stop()
        self.client.close()


class Replaced(MixedCase):
    def replace_all(self, ensemble, load, program, fresh):
        for number in (1, 2, 3):
            load.wait_progress()
            ensemble[number].terminate()
            ensemble.replace(number, program, fresh)
            load.wait_progress()
            ensemble.start(number)
        load.wait_progress()

    def test_by_paddock_with_fresh_disks_and_back(self):
        ensemble = self.make_mixed("aaa")
        holder = Holder(ensemble)
        self.addCleanup(holder.close)
        with Load(ensemble) as load:
            holder.start()
            self.replace_all(ensemble, load, cases.options.server, fresh=True)
            self.assertEqual([member.is_apache for member in ensemble], [False] * 3)
            self.replace_all(ensemble, load, cases.options.apache, fresh=True)
        holder.stop()
        load.check()
        self.assertEqual(load.expired, 0)
        holder.check(self, self.check_agreement(ensemble))


if __name__ == "__main__":
    mixed.main()
