"""The other half of unsynced_shim.c: durable images before a server starts, and the tree they make after a cut."""
import os
import shutil
import subprocess
from pathlib import Path


class Disk:
    """A data directory below which only what was synced survives cut()."""

    def __init__(self, shim, root):
        self.shim = str(shim)
        self.root = Path(root)
        self.shadow = self.root.with_name(self.root.name + ".durable")
        self.control = self.root.with_name(self.root.name + ".control")
        self.root.mkdir(parents=True, exist_ok=True)
        self.control.write_text("0")
        self.settle()

    def environment(self, entries_too=False):
        env = {"LD_PRELOAD": self.shim, "PADDOCK_SHIM_ROOT": str(self.root), "PADDOCK_SHIM_SHADOW": str(self.shadow),
               "PADDOCK_SHIM_CONTROL": str(self.control)}
        return dict(env, PADDOCK_SHIM_ENTRIES="1") if entries_too else env

    def mode(self, letter):
        """What the disk does from now on: '0' works, 'F' forgets syncs, 'S' is full, 'E' fails syncs."""
        with open(self.control, "r+") as control:
            control.write(letter)

    def settle(self):
        """All that is there is durable. Only while no server runs."""
        shutil.rmtree(self.shadow, ignore_errors=True)
        for kind in "cdk":
            (self.shadow / kind).mkdir(parents=True)
        for directory, names, files in os.walk(self.root):
            lines = []
            for name in names:
                lines.append(f"d {os.stat(os.path.join(directory, name)).st_ino} {name}\n")
            for name in files:
                path = os.path.join(directory, name)
                number = os.stat(path).st_ino
                lines.append(f"f {number} {name}\n")
                os.link(path, self.shadow / "k" / str(number))
                subprocess.run(["cp", "--sparse=always", path, self.shadow / "c" / str(number)], check=True)
            (self.shadow / "d" / str(os.stat(directory).st_ino)).write_text("".join(lines))

    def cut(self):
        """The server is dead: the tree becomes what was durable."""
        rebuilt = self.root.with_name(self.root.name + ".rebuilt")
        shutil.rmtree(rebuilt, ignore_errors=True)
        self._rebuild(os.stat(self.root).st_ino, rebuilt)
        shutil.rmtree(self.root)
        rebuilt.rename(self.root)
        self.settle()

    def _rebuild(self, number, target):
        target.mkdir()
        entries = self.shadow / "d" / str(number)
        for line in entries.read_text().splitlines() if entries.exists() else ():
            kind, inner, name = line.split(" ", 2)
            if kind == "d":
                self._rebuild(inner, target / name)
                continue
            content = self.shadow / "c" / inner
            if content.exists():
                subprocess.run(["cp", "--sparse=always", content, target / name], check=True)
            else:
                (target / name).touch()
