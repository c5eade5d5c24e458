"""pytest plugin: leaves out the tests of kazoo_excluded.txt, and fails when a line there names no test. What only needs
a second server runs where there is one."""
import os
from pathlib import Path

import pytest


def excluded():
    if "KAZOO_EXCLUDES_NOTHING" in os.environ:
        return {}
    lines = Path(__file__).with_name("kazoo_excluded.txt").read_text().splitlines()
    reasons = dict(line.split(None, 1) for line in lines if line.strip() and not line.startswith("#"))
    alone = os.environ["ZOOKEEPER_CLUSTER_SIZE"] == "1"
    return {test: why for test, why in reasons.items() if alone or not why.startswith("needs a second server")}


def pytest_collection_modifyitems(config, items):
    unmatched = excluded()
    kept, dropped = [], []
    for item in items:
        name = "::".join([os.path.basename(item.path)] + item.nodeid.split("::")[1:])
        (kept if unmatched.pop(name, None) is None and name not in excluded() else dropped).append(item)
    if unmatched and not config.option.keyword:
        raise pytest.UsageError("kazoo_excluded.txt names tests that are not there: " + ", ".join(unmatched))
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept
