"""pytest plugin: leaves out the tests of kazoo_excluded.txt; what only needs a second server runs where there is one. The
tests of kazoo_races.txt may lose twice. A line of either that names no test is an error."""
import functools
import os
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

TRIES = 3


@functools.cache
def listed(file):
    lines = Path(__file__).with_name(file).read_text().splitlines()
    return dict(line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))


def name_of(item):
    return "::".join([os.path.basename(item.path)] + item.nodeid.split("::")[1:])


def excluded():
    if "KAZOO_EXCLUDES_NOTHING" in os.environ:
        return {}
    reasons = listed("kazoo_excluded.txt")
    alone = os.environ["ZOOKEEPER_CLUSTER_SIZE"] == "1"
    return {test: why for test, why in reasons.items() if alone or not why.startswith("needs a second server")}


def pytest_collection_modifyitems(config, items):
    left_out = excluded()
    kept, dropped = [], []
    for item in items:
        (dropped if name_of(item) in left_out else kept).append(item)
    unmatched = {*left_out, *listed("kazoo_races.txt")} - {name_of(item) for item in items}
    if unmatched and not config.option.keyword:
        raise pytest.UsageError("the lists of kazoo's tests name some that are not there: " + ", ".join(sorted(unmatched)))
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def pytest_runtest_protocol(item, nextitem):
    if name_of(item) not in listed("kazoo_races.txt"):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for _ in range(TRIES):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            break
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
