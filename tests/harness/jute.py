"""Jute, as much of it as a test needs: big-endian numbers, buffers, strings and lists."""
import struct

_INT = struct.Struct(">i")
_LONG = struct.Struct(">q")


class Short(Exception):
    """The bytes ended inside a field."""


class Writer:
    def __init__(self):
        self.parts = []

    def int(self, value):
        self.parts.append(_INT.pack(value))
        return self

    def long(self, value):
        self.parts.append(_LONG.pack(value))
        return self

    def bool(self, value):
        self.parts.append(b"\1" if value else b"\0")
        return self

    def buffer(self, value):
        """None is null (-1), which is not the same as empty."""
        if value is None:
            return self.int(-1)
        self.int(len(value))
        self.parts.append(value)
        return self

    def text(self, value):
        return self.buffer(value.encode() if isinstance(value, str) else value)

    def texts(self, values):
        if values is None:
            return self.int(-1)
        self.int(len(values))
        for value in values:
            self.text(value)
        return self

    def acl(self, entries):
        """Entries are (perms, scheme, id)."""
        if entries is None:
            return self.int(-1)
        self.int(len(entries))
        for perms, scheme, ident in entries:
            self.int(perms).text(scheme).text(ident)
        return self

    def raw(self, data):
        self.parts.append(data)
        return self

    def bytes(self):
        return b"".join(self.parts)


class Reader:
    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def _take(self, count):
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise Short(f"{count} bytes wanted at {self.at} of {len(self.data)}")
        piece = self.data[self.at:end]
        self.at = end
        return piece

    def int(self):
        return _INT.unpack(self._take(4))[0]

    def long(self):
        return _LONG.unpack(self._take(8))[0]

    def bool(self):
        return self._take(1) != b"\0"

    def buffer(self):
        length = self.int()
        return None if length == -1 else self._take(length)

    def text(self):
        data = self.buffer()
        return None if data is None else data.decode("utf-8", "backslashreplace")

    def texts(self):
        count = self.int()
        return None if count == -1 else [self.text() for _ in range(count)]

    def acl(self):
        count = self.int()
        if count == -1:
            return None
        return [(self.int(), self.text(), self.text()) for _ in range(count)]

    def rest(self):
        return self._take(len(self.data) - self.at)

    def done(self):
        return self.at == len(self.data)
