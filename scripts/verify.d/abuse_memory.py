"""Holds as much of a proxy's memory as its clients can. abuse_memory.py PORT SECONDS SHAPE=COUNT...

Opens all connections, sends what each shape says, reads nothing, and after so many seconds closes them. Shapes:
  idle          nothing
  early         a request that waits for its answer, and behind it a head of 2,033 fields
  heads         two heads of 98 fields and 8 KB, one behind the other, upstream silent
  body          a POST of 66,000 bytes to a silent upstream
  large         a POST of 900 KB to a silent upstream
  download      a GET of 8 MiB, of which nothing is read
  upload        a streamed upload of 10 MiB to an upstream that does not read
  fields        a GET whose response has a head of 8,000 fields
  partial       a head that never ends, of 7 KB
"""

import selectors
import socket
import sys
import time

START = b" HTTP/1.1\r\nHost: localhost\r\n"


def get(path):
    return b"GET " + path + START + b"\r\n"


def head(path):
    text = b"GET " + path + START + b"".join(b"a%02d: %s\r\n" % (i, b"v" * 75) for i in range(96))
    return text + b"p: " + b"x" * (7979 - len(text) - 7) + b"\r\n\r\n"


def post(path, length):
    return b"POST " + path + START + b"Content-Length: %d\r\n\r\n" % length + b"b" * length


def upload(path):
    return b"PUT " + path + START + b"Content-Length: 10485760\r\n\r\n" + b"u" * (4 << 20)


SHAPES = {
    "idle": b"",
    "early": get(b"/abuse/slow") + b"GET /x" + START + b"a:\r\n" * 2033 + b"\r\n",
    "heads": head(b"/abuse/slow") * 2,
    "body": post(b"/abuse/slow", 66_000),
    "large": post(b"/abuse/slow", 900_000),
    "download": get(b"/abuse/big"),
    "upload": upload(b"/stream/stall"),
    "fields": get(b"/abuse/fields"),
    "partial": b"GET /" + START + b"a: " + b"p" * 7000,
}


def main():
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    end = time.monotonic() + seconds
    selector = selectors.DefaultSelector()
    connections = []
    for shape, count in (argument.split("=") for argument in sys.argv[3:]):
        for _ in range(int(count)):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                connection.connect(("127.0.0.1", port))
            except OSError:
                continue
            connection.setblocking(False)
            connections.append(connection)
            selector.register(connection, selectors.EVENT_WRITE, memoryview(SHAPES[shape]))
    while time.monotonic() < end and selector.get_map():
        for key, _ in selector.select(0.2):
            try:
                left = key.data[key.fileobj.send(key.data[: 1 << 16]) :]
            except BlockingIOError:
                continue
            except OSError:
                left = b""
            if left:
                selector.modify(key.fileobj, selectors.EVENT_WRITE, left)
            else:
                selector.unregister(key.fileobj)
    time.sleep(max(0.0, end - time.monotonic()))
    for connection in connections:
        connection.close()


main()
