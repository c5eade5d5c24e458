"""A client connection over TLS."""
import ssl

from .wire import Closed, Wire


class TlsWire(Wire):
    """What goes wrong with the other end's certificate, or ours, is a closed connection."""

    def __init__(self, address, timeout, context):
        super().__init__(address, timeout)
        try:
            self.socket = context.wrap_socket(self.socket)
        except (ssl.SSLError, ConnectionResetError) as error:
            raise Closed(str(error)) from error

    def send_raw(self, data):
        try:
            super().send_raw(data)
        except ssl.SSLError as error:
            raise Closed(str(error)) from error

    def frame(self):
        try:
            return super().frame()
        except ssl.SSLError as error:
            raise Closed(str(error)) from error

    def readable(self, seconds=0.0):
        return self.socket.pending() > 0 or super().readable(seconds)
