#!/usr/bin/python3
"""The same commands to Debian's zkCli.sh and to `paddock`, on servers of their own: what they print must be the same.

  zkcli.py SERVER --shell build/bin/paddock"""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shell_case import PATIENCE_S, ShellCase, cases, main  # noqa: E402

ZKCLI = "/usr/share/zookeeper/bin/zkCli.sh"

SAME = """
create /z data
create /z again
create -s /z/s- x
create -e /z/eph x
create -c /z/cont x
create -t 100000 /z/ttl x
create /z/eph/x x
create /quoted "two words"
create '/single' 'it"s'
create /nodata
create /empty ""
get /nodata
get /empty
get /quoted
get /single
ls /z
ls -s /z
ls -R /z
ls /none
get -s /z
get /none
stat /z/eph
stat /none
getAllChildrenNumber /z
getAllChildrenNumber /none
getEphemerals
getEphemerals /z
getEphemerals /q
set -s /z v2
set -v 1 /z v3
set -v 99 /z v3
set /none x
delete /z
delete -v 99 /z/cont
delete /none
getAcl /z
getAcl -s /z
getAcl /none
setAcl -s /quoted world:anyone:cdrw
getAcl /quoted
setAcl -v 99 /quoted world:anyone:cdrwa
setAcl -R /z world:anyone:cdrwa
addauth digest u:p
create /mine x auth::cdrwa
getAcl /mine
whoami
sync /z
setquota -n 5 /z
listquota /z
setquota -n 7 /z
setquota -b 500 /z
listquota /z
setquota -N 50 /z
setquota -B 5000 /z
listquota /z
setquota -b 5 /z/cont
delquota -n /z
delquota -B /z
listquota /z
delquota /z
delquota /z
listquota /z
addWatch /z
set /z v4
addWatch -m PERSISTENT /quoted
set /quoted v2
printwatches
printwatches on
config -s
version
deleteall /quoted
deleteall /none
ls /
history
""".strip().splitlines()

EXIT_CODES = [("ls /", 0), ("get /none", 1), ("no-such-command", 127)]

# What is told in other words, or elsewhere, with reasons (docs/shell.md, "Where it differs from zkCli").
NOISE = re.compile(r"Connecting to|Welcome to ZooKeeper|JLine support|SLF4J|^log4j|WatchedEvent state:SyncConnected type:None"
                   r"|^ZooKeeper CLI version|^paddock \d")
EVENT = re.compile(r"^WatchedEvent state:SyncConnected (type:Node\S+ path:\S+).*\n", re.M)


def comparable(text):
    text = re.sub(r"0x[1-9a-f][0-9a-f]*", "HEX", text)
    text = re.sub(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \S+ \d{4}", "DATE", text)
    text = re.sub(r"\s*\(its parent \S+ is missing\)", "", text)
    lines = [line.rstrip() for line in text.splitlines() if not NOISE.search(line)]
    return [line for line in lines if line and line != "WATCHER::"]


class ZkCli(ShellCase):
    def zkcli(self, *words, text=""):
        environment = {**self.environment, "JAVA_HOME": os.environ.get("JAVA_HOME", ""), "CLIENT_JVMFLAGS": "-Xmx128m"}
        return subprocess.run([ZKCLI, "-server", self.address, *words], input=text, text=True, timeout=PATIENCE_S * 3,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=self.directory)

    def paddock(self, *words, text=""):
        return subprocess.run([str(cases.options.shell), "-server", self.address, *words], input=text, text=True,
                              timeout=PATIENCE_S, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=self.environment, cwd=self.directory)

    def test_both_print_the_same(self):
        # One conversation each, a mark between two commands: what both refuse in the same words.
        script = "".join(f"{line}\nls /zookeeper/quota/mark\n" for line in SAME)
        theirs = self.zkcli(text=script + "quit\n").stdout
        self.server = self.start_server("again")
        self.address = "127.0.0.1:%d" % self.server.port
        ours = self.paddock(text=script).stdout
        mark = "Node does not exist: /zookeeper/quota/mark\n"
        # zkCli prints events on another thread: when they come is not compared.
        self.assertEqual(EVENT.findall(theirs), EVENT.findall(ours))
        theirs, ours = EVENT.sub("", theirs).split(mark), EVENT.sub("", ours).split(mark)
        self.assertEqual(len(theirs), len(ours))
        different = [f"{line}\n  zkCli   {t}\n  paddock {o}" for line, t, o in
                     ((line, comparable(t), comparable(o)) for line, t, o in zip(SAME, theirs, ours)) if t != o]
        self.assertEqual(different, [], "\n" + "\n".join(different))

    def test_exit_codes_mean_the_same(self):
        for line, code in EXIT_CODES:
            self.assertEqual(self.zkcli(*line.split()).returncode, code, line)
            self.assertEqual(self.paddock(*line.split()).returncode, code, line)


if __name__ == "__main__":
    main()
