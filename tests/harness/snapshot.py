"""A snapshot as Apache ZooKeeper writes it, of a tree that no test could bring about by asking: shared/spec, disk formats."""
import zlib

from .jute import Writer

MAGIC = int.from_bytes(b"ZKSN", "big")
OPEN_ACL = 1  # the number of world:anyone:cdrwa in the table
RESERVED = ("/zookeeper", "/zookeeper/config", "/zookeeper/quota")


def write_snapshot(data_directory, cversions, zxid=0x100000001):
    """A tree of empty persistent nodes, path -> cversion, parents before their children."""
    writer = Writer().int(MAGIC).int(2).long(-1)
    writer.int(0)  # sessions
    writer.int(1).long(OPEN_ACL).acl([(31, "world", "anyone")])
    for path, cversion in {"": 0, **{path: 0 for path in RESERVED}, **cversions}.items():
        writer.text(path).buffer(b"").long(OPEN_ACL)
        writer.long(0).long(0).long(0).long(0)  # czxid, mzxid, ctime, mtime
        writer.int(0).int(cversion).int(0).long(0).long(0)  # versions of data, children and ACL, owner, pzxid
    writer.text("/")
    body = writer.bytes()
    directory = data_directory / "version-2"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"snapshot.{zxid:x}").write_bytes(body + Writer().long(zlib.adler32(body)).text("/").bytes())
