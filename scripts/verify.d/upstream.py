"""An upstream over TLS that behaves as the request's path says. upstream.py CERTIFICATE KEY: prints its port.

  /ok      200, two bytes        /big     8 MiB, as fast as they are taken
  /slow    never answers         /stall   reads nothing after the head, and never answers
  /fields  a response head of 8,000 fields
"""

import asyncio
import ssl
import sys


async def serve(reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            if "/stall" in path:
                writer.transport.pause_reading()
                await asyncio.sleep(3600)
            elif "/slow" in path:
                while await reader.read(65536):
                    pass
                return
            elif "/big" in path:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8388608\r\n\r\n")
                for _ in range(128):
                    if writer.transport.is_closing():
                        return
                    writer.write(b"x" * 65536)
                    await writer.drain()
            elif "/fields" in path:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n" + b"a:\r\n" * 8000 + b"\r\nabc")
                await writer.drain()
                await asyncio.sleep(3600)
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                await writer.drain()
    except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls, backlog=1024, limit=1 << 17)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
