#!/usr/bin/python3
"""Servers of Apache ZooKeeper replaced by Paddock under load, one after the other, and back again: nobody notices.

  replaced.py SERVER [--apache apache-3.9.5] [--directory DIR] [test names]         SERVER: a paddockd
"""
import subprocess
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
    def run_load(self, *replacements):
        """Three servers of Apache ZooKeeper; each replacement in turn is done to each server in turn."""
        ensemble = self.make_mixed("aaa")
        holder = Holder(ensemble)
        self.addCleanup(holder.close)
        with Load(ensemble, workers=3, window=3) as load:
            holder.start()
            for replace in replacements:
                for number in (1, 2, 3):
                    load.wait_progress()
                    ensemble[number].terminate()
                    replace(ensemble, number)
                    load.wait_progress()
                    ensemble.start(number)
            load.wait_progress(500)
        holder.stop()
        self.remark(f"{holder.count} counts under a lock, {load.acknowledged} other writes acknowledged, "
                    f"{load.expired} sessions expired")
        tree = load.check()
        self.assertEqual(load.expired, 0)
        holder.check(self, tree)
        self.check_agreement(ensemble, tree)
        return ensemble

    def by_paddock_with_a_fresh_disk(self, ensemble, number):
        ensemble.replace(number, cases.options.server)

    def by_paddock_that_takes_over_the_data(self, ensemble, number):
        ensemble.replace(number, cases.options.server, fresh=False)

    def by_apache_with_a_fresh_disk(self, ensemble, number):
        ensemble.replace(number, cases.options.apache)

    def by_apache_with_exported_data(self, ensemble, number):
        config = ensemble[number].directory / "zoo.cfg"
        ensemble.replace(number, cases.options.apache)
        subprocess.run([cases.options.server, "--export", config, ensemble[number].settings["dataDir"]], check=True,
                       capture_output=True)

    def test_with_fresh_disks_and_back(self):
        self.run_load(self.by_paddock_with_a_fresh_disk, self.by_apache_with_a_fresh_disk)

    def test_with_the_data_taken_over_and_back(self):
        ensemble = self.run_load(self.by_paddock_that_takes_over_the_data, self.by_apache_with_exported_data)
        for member in ensemble:
            self.assertTrue((member.directory / "data" / "version-2.imported").is_dir(), member)


if __name__ == "__main__":
    mixed.main()
