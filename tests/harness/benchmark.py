"""What both forms of scripts/bench-vs-zookeeper measure, of one server or of several."""
import datetime
import json
import os
import re
import statistics
import subprocess
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PADDOCK = TOP / "build/bin/paddock"
PADDOCKD = TOP / "build/bin/paddockd"
JVM_FLAGS = ["-Xms2g", "-Xmx2g", "-XX:+UseG1GC"]
STRACE_S = 4
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def connect_string(servers):
    return ",".join(f"127.0.0.1:{server.port}" for server in servers)


def bench(servers, ops, duration, *extra, connections=20, inflight=16, warmup=60):
    """The report of `paddock bench`, as it writes it."""
    command = [PADDOCK, "bench", "-s", connect_string(servers), "--connections", str(connections), "--inflight",
               str(inflight), "--size", "100", "--ops", ops, "--duration", str(duration), "--warmup", str(warmup),
               "--json", "-", *extra]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        logs = "\n".join(server.log_tail() for server in servers)
        raise SystemExit(f"{' '.join(map(str, command))}:\n{done.stdout}{done.stderr}{logs}")
    return json.loads(done.stdout)


def load(servers, ops, duration, **how):
    """One kind of load: rate, latencies, and what it cost the servers together, as shares of a core."""
    before = sum(cpu_seconds(server.pid) for server in servers)
    began = time.monotonic()
    report = bench(servers, ops, duration, **how)
    used = (sum(cpu_seconds(server.pid) for server in servers) - before) / (time.monotonic() - began)
    return {"per_s": report["ops_per_s"], "p50": report["latency_us"]["p50"], "p99": report["latency_us"]["p99"],
            "cpu": used, "warm": report["warm"], "errors": report["errors"]}


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def syncs_per_second(servers):
    """fsync and fdatasync calls per server under write load, in a run of its own: strace slows the servers."""
    writer = subprocess.Popen([PADDOCK, "bench", "-s", connect_string(servers), "--ops", "write", "--duration",
                               str(STRACE_S + 4), "--warmup", "0"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    time.sleep(1)
    processes = [argument for server in servers for argument in ("-p", str(server.pid))]
    counted = subprocess.run(["timeout", "-s", "INT", str(STRACE_S), "strace", "-f", "-c", "-e",
                              "trace=fsync,fdatasync", *processes], capture_output=True, text=True)
    writer.wait()
    calls = sum(int(line.split()[3]) for line in counted.stderr.splitlines()
                if line.rstrip().endswith(("fsync", "fdatasync")))
    return calls / STRACE_S / len(servers) if calls else None


class Table:
    """Medians of both programs side by side. `results`: a list of rounds for each program, Apache's first."""

    def __init__(self, title, results):
        self.java, self.ours = results
        self.lines = [f"| {title} | Apache ZooKeeper 3.8.0 | Paddock | ratio |", "|---|---|---|---|"]

    def row(self, title, *keys, scale=1):
        java, ours = (median(results, *keys) * scale for results in (self.java, self.ours))
        self.lines.append(f"| {title} | {java:,.0f} | {ours:,.0f} | {ours / java if java else float('nan'):.2f} |")

    def load(self, ops, title=None):
        title = title or f"{ops}s"
        self.row(f"{title} per second", ops, "per_s")
        self.row(f"{title}: p50, us", ops, "p50")
        self.row(f"{title}: p99, us", ops, "p99")
        self.row(f"{title}: CPU of the servers, % of a core", ops, "cpu", scale=100)


def median(results, *keys):
    values = []
    for result in results:
        for key in keys:
            result = result[key] if result is not None else None
        if result is not None:
            values.append(result)
    return statistics.median(values) if values else float("nan")


def say_round(number, name, result, loads):
    print(f"round {number}, {name}: " + ", ".join(
        f"{ops} {result[ops]['per_s']:,.0f}/s p99 {result[ops]['p99']:,.0f} us"
        + ("" if result[ops]["warm"] else " (NOT WARM)") for ops in loads), flush=True)
    errors = sum(result[ops]["errors"] for ops in loads)
    if errors:
        raise SystemExit(f"{errors} requests failed")


def environment():
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True).stdout.strip()
    dirty = git("status", "--porcelain", "-uno")
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return (f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, commit "
            f"{git('rev-parse', '--short', 'HEAD')}{' with changes' if dirty else ''}, {os.cpu_count()} x "
            f"{model[1] if model else '?'}, load before {os.getloadavg()[0]:.1f}, JVM flags {' '.join(JVM_FLAGS)}")


def append_evidence(text):
    with open(TOP / "docs/evidence/bench.md", "a") as evidence:
        evidence.write("\n" + text)
