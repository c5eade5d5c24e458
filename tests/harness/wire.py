"""A client connection of whole frames: what is sent and received is exactly what the test says."""
import select
import socket
import struct
import time

from .jute import Reader, Writer

_LENGTH = struct.Struct(">i")

OPS = {
    "create": 1, "delete": 2, "exists": 3, "getData": 4, "setData": 5, "getACL": 6, "setACL": 7,
    "getChildren": 8, "sync": 9, "ping": 11, "getChildren2": 12, "check": 13, "multi": 14, "create2": 15,
    "reconfig": 16, "checkWatches": 17, "removeWatches": 18, "createContainer": 19, "deleteContainer": 20,
    "createTTL": 21, "multiRead": 22, "auth": 100, "setWatches": 101, "sasl": 102, "getEphemerals": 103,
    "getAllChildrenNumber": 104, "setWatches2": 105, "addWatch": 106, "whoAmI": 107, "createSession": -10,
    "closeSession": -11,
}
OPEN_ACL = [(31, "world", "anyone")]
PING_XID = -2
NO_PASSWORD = b"\0" * 16


class Closed(Exception):
    """The server closed the connection."""


class Wire:
    """One TCP connection. Not thread-safe."""

    def __init__(self, address, timeout=30.0):
        self.socket = socket.create_connection(address, timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.buffer = bytearray()
        self.open = True

    def send_raw(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed(str(error)) from error

    def send(self, payload):
        self.send_raw(_LENGTH.pack(len(payload)) + payload)

    def frame(self):
        """The next frame. Raises Closed at the end of the stream."""
        while True:
            if len(self.buffer) >= 4:
                length = _LENGTH.unpack_from(self.buffer)[0]
                if len(self.buffer) >= 4 + length:
                    payload = bytes(self.buffer[4:4 + length])
                    del self.buffer[:4 + length]
                    return payload
            try:
                piece = self.socket.recv(1 << 16)
            except ConnectionResetError as error:
                self.open = False
                raise Closed(str(error)) from error
            if not piece:
                self.open = False
                raise Closed("end of stream")
            self.buffer += piece

    def readable(self, seconds=0.0):
        return bool(self.buffer) or bool(select.select([self.socket], [], [], seconds)[0])

    def close(self):
        self.open = False
        self.socket.close()


class Session:
    """A connected ZooKeeper session on one wire."""

    def __init__(self, address, timeout_ms=30000, session_id=0, password=NO_PASSWORD, last_zxid=0,
                 socket_timeout=30.0, read_only=False):
        self.wire = self.connect(address, socket_timeout)
        self.xid = 0
        self.last_zxid = last_zxid
        self.events = []
        self.wire.send(connect_request(timeout_ms, session_id, password, last_zxid, read_only))
        reader = Reader(self.wire.frame())
        reader.int()
        self.timeout_ms = reader.int()
        self.id = reader.long()
        self.password = reader.buffer()
        self.is_read_only = reader.bool()

    def connect(self, address, timeout):
        return Wire(address, timeout)

    def submit(self, op, body=b""):
        """Sends without waiting; returns the xid."""
        self.xid += 1
        self.wire.send(struct.pack(">ii", self.xid, OPS[op]) + body)
        return self.xid

    def reply(self):
        """The next reply as (xid, zxid, err, Reader); notifications go to self.events.

        Who waits pings, as client libraries do: a server of Apache ZooKeeper may fall asleep over its last request until
        the next one comes (ZOOKEEPER-4537, mended in 3.8.1)."""
        deadline = time.monotonic() + self.wire.timeout
        while True:
            self.ping_until_readable(deadline)
            reader = Reader(self.wire.frame())
            xid, zxid, err = reader.int(), reader.long(), reader.int()
            self.last_zxid = max(self.last_zxid, zxid)
            if xid == PING_XID:
                continue
            if xid != -1:
                return xid, zxid, err, reader
            self.events.append((reader.int(), reader.int(), reader.text()))

    def ping_until_readable(self, deadline):
        while not self.wire.readable(1.0):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no answer to request {self.xid}")
            self.wire.send(struct.pack(">ii", PING_XID, OPS["ping"]))

    def call(self, op, body=b""):
        xid = self.submit(op, body)
        got, zxid, err, reader = self.reply()
        assert got == xid, f"reply {got} to request {xid}"
        return zxid, err, reader

    def move(self, address, seconds=10.0):
        """This session on a connection to another server, as client libraries move it. A server that has seen less refuses it
        until it has caught up. The numbers of the requests go on: a follower finds the transaction of a request by session
        and number, and one of before that it applies late must not pass for the new one's."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                moved = Session(address, self.timeout_ms, self.id, self.password, self.last_zxid)
                moved.xid = self.xid
                return moved
            except (Closed, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self):
        self.wire.close()


def connect_request(timeout_ms, session_id=0, password=NO_PASSWORD, last_zxid=0, read_only=False):
    return (Writer().int(0).long(last_zxid).int(timeout_ms).long(session_id).buffer(password).bool(read_only)
            .bytes())


def create_body(path, data=b"", acl=OPEN_ACL, flags=0):
    return Writer().text(path).buffer(data).acl(acl).int(flags).bytes()


def set_body(path, data, version=-1):
    return Writer().text(path).buffer(data).int(version).bytes()


def path_body(path, watch=False):
    return Writer().text(path).bool(watch).bytes()


def read_stat(reader):
    names = ("czxid", "mzxid", "ctime", "mtime", "version", "cversion", "aversion", "ephemeralOwner",
             "dataLength", "numChildren", "pzxid")
    return {name: reader.int() if name.endswith("ersion") or name in ("dataLength", "numChildren")
            else reader.long() for name in names}


def four_letter(address, word, timeout=10.0):
    """The whole answer to a four-letter word, as text."""
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(word.encode())
        pieces = []
        while True:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                break
            if not piece:
                break
            pieces.append(piece)
    return b"".join(pieces).decode("utf-8", "replace")
