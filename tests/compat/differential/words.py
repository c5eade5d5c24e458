"""Four-letter words of two servers in the same state: shapes, and the values that the state decides."""
import re

from harness.wire import four_letter

# mntr's keys every server must have (admin-interfaces.md 5.2 and section 6).
MNTR_KEYS = """version server_state avg_latency max_latency min_latency packets_received packets_sent
num_alive_connections outstanding_requests uptime znode_count watch_count ephemerals_count approximate_data_size
global_sessions local_sessions open_file_descriptor_count max_file_descriptor_count connection_drop_probability
last_client_response_size max_client_response_size min_client_response_size outstanding_tls_handshake
auth_failed_count non_mtls_remote_conn_count non_mtls_local_conn_count""".split()
# watch_count is not among them: 3.8 keeps recursive watches in two tables (client-protocol.md 11.1). Nor is
# approximate_data_size: Java forgets the sizes of the usage texts that it maintains.
MNTR_EQUAL = "server_state znode_count ephemerals_count num_alive_connections".split()
ENVI_KEYS = "zookeeper.version host.name os.name os.arch os.version user.name user.home user.dir".split()
CONF_EQUAL = ("tickTime", "maxClientCnxns", "minSessionTimeout", "maxSessionTimeout", "secureClientPort",
              "clientPortListenBacklog", "serverId")


def shape(text):
    """The text without what differs by nature: numbers, addresses, the version."""
    text = re.sub(r"(?m)^Zookeeper version: .*$", "Zookeeper version: V", text)
    text = re.sub(r"0x[0-9a-f]+", "0xN", text)
    text = re.sub(r"/127\.0\.0\.1:\d+\[\d+\]", "/A[N]", text)
    text = re.sub(r"(lop|sid)=\w+", r"\1=W", text)
    text = re.sub(r"lcxid=0xN,", "", text)  # left out when negative
    return re.sub(r"-?\d+(\.\d+)?(E-?\d+)?", "N", text)


def unique_lines(text):
    return sorted(set(shape(text).splitlines()))


def pairs(text, separator):
    return dict(line.split(separator, 1) for line in text.splitlines() if separator in line)


def sessions_named(text, name_of):
    return re.sub(r"0x[0-9a-f]+", lambda m: str(name_of.get(int(m[0], 16), m[0])), text)


def blocks(text, name_of):
    """wchc, wchp: heading -> set of indented lines."""
    result, heading = {}, None
    for line in sessions_named(text, name_of).splitlines():
        if line.startswith("\t"):
            result[heading].add(line)
        elif line:
            heading = line
            result[heading] = set()
    return result


def ephemerals(text, name_of):
    part = text.split("ephemeral nodes dump:\n", 1)[-1].split("Connections dump:")[0]
    return {key: value for key, value in blocks(part, name_of).items() if value}


def expect(differences, word, what, theirs, ours):
    if theirs != ours:
        differences.append(f"{word}: {what}\n  oracle: {theirs!r}\n  tested: {ours!r}")


def compare_words(addresses, session_names):
    """`session_names`: per server, session id -> a name that both share. Returns the differences, told."""
    found = []
    said = {word: [four_letter(address, word) for address in addresses]
            for word in "ruok isro srvr stat cons conf envi dump mntr wchs wchc wchp dirs hash".split()}
    for word in ("ruok", "isro"):
        expect(found, word, "answer", *said[word])
    for word in ("srvr", "dirs"):
        expect(found, word, "shape", *map(shape, said[word]))
    for word in ("stat", "cons"):
        expect(found, word, "kinds of lines", *map(unique_lines, said[word]))
    for word in ("srvr", "stat"):
        for line in ("Mode: ", "Node count: ", "Connections: "):
            expect(found, word, line, *([x for x in text.splitlines() if x.startswith(line)] for text in said[word]))
    conf = [pairs(text, "=") for text in said["conf"]]
    expect(found, "conf", "keys", *([line.split("=")[0] for line in text.splitlines()] for text in said["conf"]))
    expect(found, "conf", "values", *({key: one.get(key) for key in CONF_EQUAL} for one in conf))
    envi = [pairs(text, "=") for text in said["envi"]]
    expect(found, "envi", "keys", *({key: key in one for key in ENVI_KEYS} for one in envi))
    expect(found, "dump", "ephemerals", *(ephemerals(text, names) for text, names in zip(said["dump"], session_names)))
    expect(found, "dump", "headings", *([line for line in unique_lines(text) if not line.startswith("\t")]
                                        for text in said["dump"]))
    mntr = [pairs(text, "\t") for text in said["mntr"]]
    missing = [key for key in MNTR_KEYS if f"zk_{key}" not in mntr[1]]
    expect(found, "mntr", "keys that monitoring needs and that are missing", [], missing)
    expect(found, "mntr", "values", *({key: one.get(f"zk_{key}") for key in MNTR_EQUAL} for one in mntr))
    expect(found, "wchs", "answer", *said["wchs"])
    for word in ("wchc", "wchp"):
        expect(found, word, "watches", *(blocks(text, names) for text, names in zip(said[word], session_names)))
    expect(found, "hash", "number of digests kept", *(len(text.splitlines()) for text in said["hash"]))
    for word in ("crst", "srst"):
        expect(found, word, "answer", *(four_letter(address, word) for address in addresses))
    expect(found, "lsnp", "an unknown word", *(four_letter(address, "lsnp") for address in addresses))
    return found, sorted(set(mntr[0]) - set(mntr[1]))
