#!/usr/bin/python3
"""Sends one seeded random corpus to Apache ZooKeeper and to the server under test and compares all they say.

  run.py SERVER [--servers 3] [--oracle apache-3.9.5] [--seed N] [--operations N] [--directory DIR]
                                                              SERVER: the path of a paddockd, or `apache`

Several sessions take turns in an order the seed decides; within a turn a session pipelines. A turn ends when all
its replies are there, so what each connection hears, and in which order, is determined. With `apache` the oracle
is compared with itself: that must find nothing.

With three servers of each kind the sessions are spread over them and move, log in by every scheme, over TLS and not,
and beside the random corpus there are scenes (scenes.py) that bring about every error. In the end a table tells which
operation was answered with which error, how often; what outcomes.py expects and has not come up is a failure.
"""
import argparse
import os
import random
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from harness.servers import APACHE

from compare import Ledger
from connection import Difference
from corpus import Corpus
from ensemble import EnsembleRun, start
from ensemble_corpus import EnsembleCorpus
from kept_differences import WRITES, not_for_3_9, kept_with
from outcomes import EXPECTED, EXPECTED_OF_ENSEMBLE
from sides import start_single
from steps import CONNECTIONS, Run
from words import compare_words

ENOUGH = 10_000  # operations of one server: so many show all that is expected
PORTS = tuple(map(int, os.environ.get("PADDOCK_TEST_PORTS", "25500-25999").split("-")))


def summary(run, nodes, seconds):
    print(f"{run.sent} operations in {run.steps} turns, {run.sessions} sessions, {run.events} events, "
          f"{len(run.ledger.zxids)} zxids, {nodes} nodes at the end; {seconds:.0f} s")
    print("\n".join(run.outcomes.table()))
    for rule in run.ledger.rules:
        print(f"  kept difference {rule.name}: {rule.used} times ({rule.reason}; {rule.where})")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("--oracle", default=APACHE)
    parser.add_argument("--servers", type=int, default=1, choices=(1, 3), help="of each kind")
    parser.add_argument("--seed", type=int, default=20240601)
    parser.add_argument("--operations", type=int, default=24_000)
    parser.add_argument("--keep-going", type=int, default=0, metavar="N",
                        help="tell N differences in short before ending at the next")
    parser.add_argument("--directory", type=Path, default=Path("differential"))
    return parser.parse_args()


def make_run(options):
    programs, directory = (options.oracle, options.server), options.directory.resolve()
    ledger, seeded = Ledger(kept_with(options.oracle)), random.Random(options.seed)
    if options.servers == 1:
        return Run(start_single(programs, directory, ledger), Corpus(seeded, CONNECTIONS), options.operations)
    sides = start(programs, directory, ledger, PORTS)
    run = EnsembleRun(sides, EnsembleCorpus(seeded, CONNECTIONS), options.operations)
    run.unsent = not_for_3_9 if options.oracle != APACHE else run.unsent
    return run


def finish(run, options):
    """What is there in the end. Returns how many nodes, what differs, and what monitoring misses."""
    if options.servers == 3:
        return run.nodes, [], []
    nodes = run.final_state()
    return nodes, *compare_words([side.servers[0].address for side in run.sides], run.names)


def expected_of(run, options):
    if options.servers == 1:
        return EXPECTED if run.sent >= ENOUGH else {}
    if options.oracle == APACHE:
        return EXPECTED_OF_ENSEMBLE
    return {op: set(errors) - ({-5} if op in WRITES else set()) for op, errors in EXPECTED_OF_ENSEMBLE.items()}


def main():
    options = parse()
    shutil.rmtree(options.directory, ignore_errors=True)
    options.directory.mkdir(parents=True)
    began = time.monotonic()
    run = make_run(options)
    run.patience = options.keep_going
    servers = [server for side in run.sides for server in side.servers]
    try:
        run.run()
        nodes, differences, lacking = finish(run, options)
        if options.servers == 1:
            servers[0].terminate()  # its log is replayed (java_log_replay)
    except Difference as difference:
        print(f"DIFFERENCE with seed {options.seed} after {run.sent} operations\n{difference}")
        return 1
    finally:
        for server in servers:
            server.kill()
    summary(run, nodes, time.monotonic() - began)
    if lacking:
        print(f"  mntr keys of 3.8.0 that the tested server lacks ({len(lacking)}): {' '.join(lacking)}")
    never = run.outcomes.missing(expected_of(run, options))
    differences += [f"{op} was never answered with {error}" for op, error in never]
    print("\n".join(differences) or "no difference")
    return 1 if differences or run.patience != options.keep_going else 0


if __name__ == "__main__":
    sys.exit(main())
