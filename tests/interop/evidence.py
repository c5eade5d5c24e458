"""Rows of docs/evidence/interop.md: what was run, of which commit, against whom, and what came about."""
import datetime
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
HEAD = """# Mixed ensembles that were run

The programs of `tests/interop` append a row for every test when they are given `--evidence docs/evidence/interop.md`;
`+` behind a commit: with changes of its own. *apart*: differing digests and errors that Apache ZooKeeper has logged, and which
`tests/interop/java_log.py` tells apart. With `apache` as the server to test all three are Apache ZooKeeper: what comes about without us.

| commit | date | server | peer | test | passed | seconds | apart | what came about |
|---|---|---|---|---|---|---|---|---|
"""


class Evidence:
    """A file of such rows; what is run is what is checked out when it is opened."""

    def __init__(self, path):
        self.path = Path(path)
        # Changed documents do not count.
        self.commit = _git("rev-parse", "--short=10", "HEAD") + ("+" if _git("status", "--porcelain", ":!docs") else "")

    def append(self, server, peer, test, passed, seconds, apart, remarks):
        if not self.path.exists():
            self.path.write_text(HEAD)
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")
        with open(self.path, "a") as file:
            file.write(f"| {self.commit} | {date} | {server} | {peer} | {test} | {'yes' if passed else 'NO'} | {seconds:.0f} | "
                       f"{apart} | {'; '.join(remarks)} |\n")


def _git(*arguments):
    return subprocess.run(["git", "-C", TOP, *arguments], capture_output=True, text=True, check=True).stdout.strip()
