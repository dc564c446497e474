"""Opens WebSockets by Python's websockets through Countersign to its stand-in. websocket.py FOLDER COUNTERSIGN

The stand-in verifies the signature of each upgrade, as API Gateway does, and echoes frame by frame. Exits with 1 where a frame or a
close code is not what it has to be, an upgrade is not signed, or the log and the metrics say something else.
"""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

FOLDER, *COUNTERSIGN = sys.argv[1:]
LOG = f"{FOLDER}/proxy.log"
CLIENTS, MESSAGES = 40, 50  # at once, on four event loops
KEY = {"AWS_ACCESS_KEY_ID": "AKIDWEBSOCKET", "AWS_SECRET_ACCESS_KEY": "websocket-secret"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


PORT, ADMIN, UPSTREAM, CONTROL = free_port(), free_port(), free_port(), free_port()
opened = 0


def fail(what):
    sys.exit(f"websocket: {what}")


def same(expected, seen, what):
    if expected != seen:
        fail(f"{what}: {seen!r}, not {expected!r}")


def until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def get(url):
    return urllib.request.urlopen(url, timeout=30).read().decode()


def answers(url):
    try:
        get(url)
        return True
    except OSError:
        return False


def write_config():
    with open(f"{FOLDER}/countersign.conf", "w") as file:
        file.write(f"""countersign {{
          listeners = [{{ bind = "127.0.0.1:{PORT}" }}], admin.bind = "127.0.0.1:{ADMIN}"
          limits {{ event-loops = 4, in-flight = 1024 }}
          credentials.default {{ access-key-id = {KEY["AWS_ACCESS_KEY_ID"]}, secret-access-key = {KEY["AWS_SECRET_ACCESS_KEY"]} }}
          credentials.wrong {{ access-key-id = {KEY["AWS_ACCESS_KEY_ID"]}, secret-access-key = another }}
          routes {{
            prod {{ upstream = "wss://localhost:{UPSTREAM}", service = execute-api, region = us-east-1, tls.ca = ca.pem }}
            query {{ upstream = "wss://localhost:{UPSTREAM}", service = execute-api, region = us-east-1, tls.ca = ca.pem
                    match.path-prefix = /query, signature-in = query }}
            idle {{ upstream = "wss://localhost:{UPSTREAM}", service = execute-api, region = us-east-1, tls.ca = ca.pem
                   match.path-prefix = /idle, timeouts.websocket-idle = 2 s }}
            wrong {{ upstream = "wss://localhost:{UPSTREAM}", service = execute-api, region = us-east-1, tls.ca = ca.pem
                    match.path-prefix = /wrong, credentials = wrong, on-failure = relay }}
            plain {{ upstream = "https://localhost:{UPSTREAM}", service = execute-api, region = us-east-1, tls.ca = ca.pem
                    match.path-prefix = /plain }}
          }}
        }}""")


def start():
    with open(f"{FOLDER}/standin.log", "w") as log:
        standin = subprocess.Popen(
            [*COUNTERSIGN, "standin", "--listen", f"127.0.0.1:{UPSTREAM}", "--control", f"127.0.0.1:{CONTROL}",
             "--ca-out", f"{FOLDER}/ca.pem"], stdout=log, stderr=log, env={**os.environ, **KEY})
    until("the stand-in is ready", lambda: answers(f"http://127.0.0.1:{CONTROL}/stats"), 180)
    write_config()
    with open(LOG, "w") as log:
        proxy = subprocess.Popen([*COUNTERSIGN, "run", "--config", f"{FOLDER}/countersign.conf"], stdout=log, stderr=log)
    until("the proxy is ready", lambda: answers(f"http://127.0.0.1:{ADMIN}/readyz"), 180)
    return standin, proxy


async def upgrade(path, **more):
    global opened
    one = await connect(f"ws://127.0.0.1:{PORT}{path}", proxy=None, open_timeout=30, close_timeout=30, **more)
    opened += 1
    return one


async def frames_come_back():
    async with await upgrade("/prod?user=a%20b", subprotocols=["v2.chat", "v1.chat"]) as one:
        same("v2.chat", one.subprotocol, "the subprotocol")
        for message in ("hello", "", "é\U0001f600", b"\x00\xff" * 100, b"x" * 32_768):
            await one.send(message)
            same(message, await one.recv(), "a message")
        await (await one.ping(b"17"))
    same(1000, one.close_code, "the code of a usual end")


async def fragments_stay_fragments():
    async with await upgrade("/prod") as one:
        for pieces in (["frag", "men", "ted"], [b"a" * 20_000, b"b", b"", b"c" * 32_768], ["x"] * 500):
            await one.send(pieces)
            seen = [piece async for piece in one.recv_streaming()]
            same("".encode().join(piece.encode() if isinstance(piece, str) else piece for piece in pieces),
                 "".encode().join(piece.encode() if isinstance(piece, str) else piece for piece in seen), "a fragmented message")
            # The client ends one with an empty frame.
            if len(seen) < len(pieces):
                fail(f"{len(pieces)} fragments came as {len(seen)}")


async def codes_are_carried():
    for code in (1000, 1001, 1008, 3000, 4999):
        one = await upgrade("/prod")
        await one.close(code, "by the client")
        same((code, "by the client"), (one.close_code, one.close_reason), "a code of the client's")
    one = await upgrade("/prod")
    await one.send(b"x" * 32_769)
    await ends_with(one, 1009)


async def ends_with(one, code):
    try:
        while True:
            await asyncio.wait_for(one.recv(), 60)
    except ConnectionClosed as end:
        same(code, end.rcvd and end.rcvd.code, "a code of the other side's")


async def malformed_frames_pass():
    one = await upgrade("/prod")
    one.transport.write(b"\x81\x02hi")  # not masked: the upstream is to refuse it, not we
    await ends_with(one, 1002)


async def is_refused(path, status):
    try:
        await upgrade(path)
    except InvalidStatus as refusal:
        same(status, refusal.response.status_code, f"the status of {path}")
        return
    fail(f"{path} was opened")


async def many_at_once():
    async def talk(number):
        async with await upgrade(f"/prod/{number}") as one:
            for i in range(MESSAGES):
                message = f"{number} {i} " * (i * 20 + 1)
                await one.send(message if i % 2 else [message[:7], message[7:]])
                same(message, await asyncio.wait_for(one.recv(), 60), "a message among many")
    await asyncio.gather(*(talk(number) for number in range(CLIENTS)))


async def a_drain_says_1001(proxy):
    clients = await asyncio.gather(*(upgrade("/prod") for _ in range(CLIENTS)))
    for one in clients:
        await one.send("before the end")
    proxy.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    for one in clients:
        same("before the end", await asyncio.wait_for(one.recv(), 60), "what was sent before the drain")
    await asyncio.gather(*(ends_with(one, 1001) for one in clients))
    print(f"drain: {CLIENTS} WebSockets got 1001, the last of them {time.monotonic() - begun:.1f} s after SIGTERM")


async def trial(proxy):
    await frames_come_back()
    await fragments_stay_fragments()
    print("frames: text, binary, fragments and pings come back as they were")
    await codes_are_carried()
    await malformed_frames_pass()
    print("close frames: 1000, 1001, 1008, 3000 and 4999 of the client, 1009 and 1002 of the upstream")
    async with await upgrade("/query/a?b=c") as one:
        await one.send("signed in the query")
        same("signed in the query", await one.recv(), "a message")
    await is_refused("/wrong", 403)
    await is_refused("/plain", 501)
    print("signatures: in header fields and in the query; a wrong one is refused by the upstream, and no other route opens one")
    one = await upgrade("/idle")
    await ends_with(one, 1001)
    print("idle: 1001 after 2 s without a byte")
    begun = time.monotonic()
    await many_at_once()
    print(f"at once: {CLIENTS} clients with {MESSAGES} messages each, {time.monotonic() - begun:.1f} s")
    until("all are counted", lambda: sum_of("countersign_websockets_open") == 0
          and sum_of("countersign_websockets_closed_total") == opened)
    stats = json.loads(get(f"http://127.0.0.1:{CONTROL}/stats"))
    print(f"stand-in: {stats['webSockets']['opened']} upgrades verified, {stats['webSockets']['frames']} frames")
    same(opened, stats["webSockets"]["opened"], "upgrades that the stand-in has verified")
    same(0, stats["sdk"]["disagreed"], "signatures that the stand-in's two opinions differ on")
    await a_drain_says_1001(proxy)


def sum_of(metric):
    page = get(f"http://127.0.0.1:{ADMIN}/metrics")
    return sum(float(value) for value in re.findall(rf"^{metric}(?:{{.*}})? (\S+)$", page, re.MULTILINE))


def lines_of_the_log():
    with open(LOG) as file:
        return [json.loads(line) for line in file if line.startswith("{") and '"websocket_code"' in line]


def main():
    print(f"Python {sys.version.split()[0]}, websockets {websockets.__version__}")
    standin, proxy = start()
    try:
        asyncio.run(trial(proxy))
        same(0, proxy.wait(60), "the proxy's exit code")
        lines = lines_of_the_log()
        same(opened, len(lines), "lines of WebSockets in the access log")
        by = {}
        for line in lines:
            end = (line["websocket_closed_by"], line["websocket_code"])
            by[end] = by.get(end, 0) + 1
        print("access log: " + ", ".join(f"{count} by {who} with {code}" for (who, code), count in sorted(by.items())))
        same(CLIENTS + 1, by.get(("proxy", 1001)), "lines that say 1001 by the proxy")
        print(f"{opened} WebSockets, each with one line")
    finally:
        for process in (proxy, standin):
            process.terminate()
            process.wait()


main()
