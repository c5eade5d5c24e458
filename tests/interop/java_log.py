"""The log of a server that is Apache ZooKeeper, or was for a time, judged: what is of its own doing is told apart.

Everything that it calls an error and every digest that differs is a finding, but for what is listed here. Each entry names
the code that does it (file and line of the releases 3.8.0 / 3.9.5), and is let through only where that code runs.
"""
import re

# --- Errors

LEVEL = re.compile(r"\b(ERROR|FATAL)\b")
# A peer or a client was killed while there was something to write to it, or to read from it.
LOST = ("LearnerHandler - Unexpected exception in LearnerHandler",
        "LearnerHandler - Unexpected exception causing shutdown while sock still open",
        "LearnerHandler - Exception while sending packets in LearnerHandler",
        "QuorumCnxManager - Failed to send last message. Shutting down thread.",
        # It follows whom an old vote names: both kinds send their last message again on a new connection (spec 2.2).
        "Learner - Unexpected exception, retries exceeded.", "Learner - Failed connect to",
        "NIOServerCnxn - Error sending data synchronously",
        # FollowerRequestProcessor.run writes to the leader's socket and takes each exception for the end (:127 / :127).
        "ZooKeeperCriticalThread - Severe unrecoverable error, from thread : FollowerRequestProcessor")
# ZOOKEEPER-4409: SendAckRequestProcessor (:50) uses the socket that the follower has set to null. Mended in 3.9.3.
SOCKET_GONE = "ZooKeeperCriticalThread - Severe unrecoverable error, from thread : SyncThread"
# ZOOKEEPER-4785: a follower logs, and acknowledges, proposals before it acknowledges NEWLEADER (Learner.java:764; told by its
# leader, Leader.java:1577). Mended in 3.8.5 and 3.9.2.
EARLY_ACK = re.compile(r"NEWLEADER ACK from sid: (\d+) is from a different epoch")
# Util.readTxnBytes (:166 / :166): killed within a write, it finds zeros where the record would end.
UNFINISHED = "Util - Last transaction was partial."


def errors(member, ensemble):
    """The lines; what belongs to digests is told with those."""
    lines = read(member).splitlines()
    own = _unfinished_writes(lines, is_old(member))
    return [line for number, line in enumerate(lines) if LEVEL.search(line) and FIRST_DIGEST not in line and
            not DISORDER.search(line) and not any(known in line for known in LOST) and
            not _is_mended_since(line, member, ensemble) and number not in own]


def _unfinished_writes(lines, reads_what_it_writes):
    """Where it says so of a log that its own last run wrote: until it votes, after a start that follows no run of Paddock's.
    Or of one that it is still writing: up to 3.9.2 the end of a role reads the log before the thread is stopped that appends
    to it (fastForwardDataBase, as below; ZOOKEEPER-4712)."""
    numbers, resumes = set(), False
    for number, line in enumerate(lines):
        if BEGIN in line:
            resumes = number > 0 and PADDOCK not in lines[number - 1]
        elif PIPELINE_ENDS in line and reads_what_it_writes:
            resumes = True
        elif VOTE.search(line) is not None:
            resumes = False
        elif resumes and UNFINISHED in line:
            numbers.add(number)
    return numbers


def _is_mended_since(line, member, ensemble):
    early = EARLY_ACK.search(line)
    return (SOCKET_GONE in line and is_old(member)) or (early is not None and is_old(ensemble[int(early[1])]))


def let_through(member):
    """How much of its log is told apart: for the evidence."""
    lines = read(member).splitlines()
    return sum(LEVEL.search(line) is not None for line in lines if FIRST_DIGEST not in line) + \
        sum(DIFFERS.search(line) is not None for line in lines)


def is_old(member):
    """Debian's 3.8.0."""
    return member.program == "apache"


# --- Digests

# DataTree tells the first that differs, and how many more when the next one fits (RateLogger).
DIFFERS = re.compile(r"Digests are not matching\. Value is Zxid\. (Value|Last value):(\d+)")
FIRST = "Value"
FIRST_DIGEST = "First digest mismatch on txn"
PADDOCK = " event="
OURS = "event=digest_differs"
BEGIN = "Reading configuration from"
# ZooKeeperServer.shutdown ends the pipeline (:859 / :971) and then applies what the log holds besides
# (fastForwardDataBase, :876 / :936), but CommitProcessor.shutdown waits only for its pool (:637 / :636), not for its own
# thread: that one may be applying a commit meanwhile. Both write to one tree. 3.8.0 goes on appending to the log, too, now and
# then the newer before the older (ZOOKEEPER-4712, mended in 3.9.3).
PIPELINE_ENDS = "CommitProcessor - Shutting down"
DISORDER = re.compile(r"FileTxnSnapLog - \d+\(highestZxid\) > \d+\(next log\)")
ROLE_ENDED = "PeerState set to LOOKING"
# A leader writes a snapshot while it goes on, so it holds transactions that follow it (LearnerHandler:582 / :583); its own
# kind compares digests from the first of them on (3.9.5, Learner:690; 3.8.0 does not until NEWLEADER). Paddock never writes
# such a one: only snapshots that somebody of Apache ZooKeeper has sent are meant.
SNAPSHOT_TAKEN = re.compile(r"Getting a snapshot from leader 0x([0-9a-f]+)")
SNAPSHOT_SENT = re.compile(r"send zxid of db as 0x([0-9a-f]+)")
SYNCHRONIZED = "Learner received NEWLEADER message"
VOTE = re.compile(r"New election\. My id = +\d+, proposed zxid=0x([0-9a-f]+)")


def differing_digests(member, ensemble):
    """Paddock's, and those of Apache ZooKeeper that did not come about in one of those ways; a line each."""
    sent = {zxid for other in ensemble for zxid in SNAPSHOT_SENT.findall(read(other))}
    judge = _Judge(sent, is_old(member))
    for number, line in enumerate(read(member).splitlines(), 1):
        judge.read(line, f"{member.log_path}:{number}: {line}")
    return judge.findings


class _Judge:
    """Of one server's log, line by line."""

    def __init__(self, fuzzy_snapshots, is_old):
        self.fuzzy_snapshots = fuzzy_snapshots
        self.is_old = is_old
        self.findings = []
        self.may_differ = False   # now
        self.more_to_tell = False  # of digests that differed when they might
        self.ended_with = None    # the zxid of the role that ended meanwhile: none above may differ

    def read(self, line, told):
        differs = DIFFERS.search(line)
        if OURS in line or (differs is not None and not self.is_known(*differs.groups())):
            self.findings.append(told)
        elif DISORDER.search(line) and not (self.may_differ and self.is_old):
            self.findings.append(told)
        elif BEGIN in line:
            self.may_differ = self.more_to_tell = False
        elif PIPELINE_ENDS in line:
            self.may_differ = True
        elif (taken := SNAPSHOT_TAKEN.search(line)) is not None:
            self.may_differ = taken[1] in self.fuzzy_snapshots
        elif ROLE_ENDED in line or SYNCHRONIZED in line:
            self.may_differ = False
        elif (vote := VOTE.search(line)) is not None and self.ended_with is None:
            self.ended_with = int(vote[1], 16)

    def is_known(self, which, zxid):
        if which == FIRST:
            self.more_to_tell, self.ended_with = self.may_differ, None
            return self.may_differ
        expected, self.more_to_tell = self.more_to_tell, False
        return expected and (self.ended_with is None or int(zxid) <= self.ended_with)


def read(member):
    return member.log_path.read_text(errors="replace") if member.log_path.exists() else ""
