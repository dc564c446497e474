"""scripts/soak, which builds and finds everything, starts this: soak.py MINUTES."""

import asyncio
import http.server
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from rig import Failed, Rig, descriptors, free_port, get, memory, threads

STEP = 10  # seconds between two samples
CYCLE = 12  # steps; the last two of them are without clients
SENDERS = 24
# What the stand-in does wrong, and for how long it takes turns.
FAULTS = [
    {"latencyMillis": 1500, "probability": 0.3}, {"resetAtByte": 20, "probability": 0.3}, {"closeBeforeAnswer": True, "probability": 0.3},
    {"status": 503, "headers": {"Retry-After": "1"}}, {"throttleShare": 0.5}, {"expiredToken": True, "count": 5},
    {"reject": "InvalidSignatureException", "probability": 0.2}, {"clockSkewSeconds": 600}, {"truncateAtByte": 10, "match": "/prod/stream"},
    {"closeDelimited": True, "closeNotify": False, "probability": 0.5}, {"rawBase64": "SFRUUC8xLjEgOTk5IFgNCg0K", "probability": 0.2},
    {"error": "gateway-fault", "probability": 0.5},
]


class Credentials:
    """An endpoint as containers have it, whose keys expire and are known to the stand-in for as long."""

    def __init__(self, control):
        self.control = control
        self.port = free_port()
        self.keys = None
        self.rotate()
        keeper = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(keeper.keys).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def rotate(self):
        token = f"token-{random.getrandbits(64):x}" * 20
        expires = datetime.now(timezone.utc) + timedelta(seconds=360)
        self.keys = {"AccessKeyId": f"ASIA{random.getrandbits(40):010X}", "SecretAccessKey": "soak-secret", "Token": token,
                     "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def publish(self):
        post(self.control, "/credentials", {"accessKey": self.keys["AccessKeyId"], "secretKey": "soak-secret", "token": self.keys["Token"],
                                            "expiresInSeconds": 360})


def post(port, path, value):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(value).encode(), method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        answer.read()


def clear_faults(port):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/faults", method="DELETE")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        answer.read()


class Clients:
    """Keep-alive senders; beside small writes they send large ones, read streams, send nonsense, and vanish half-way."""

    def __init__(self, port):
        self.port = port
        self.statuses = Counter()
        self.going = False

    async def sender(self, number):
        connection = None
        while True:
            if not self.going:
                if connection:
                    connection[1].transport.abort()
                    connection = None
                await asyncio.sleep(0.2)
                continue
            try:
                connection = connection or await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 10)
                keep = await asyncio.wait_for(self.one(*connection), 40)
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError) as e:
                self.statuses[type(e).__name__] += 1
                keep = False
            if not keep and connection:
                connection[1].transport.abort()
                connection = None
            await asyncio.sleep(random.expovariate(10))

    async def one(self, reader, writer):
        kind = random.random()
        if kind < 0.02:
            writer.write(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
            await self.answer(reader)
            return False
        if kind < 0.05:  # vanishes in its body
            writer.write(self.head("POST", "/api/v1/write", 1 << 20) + b"x" * random.randrange(1 << 16))
            await writer.drain()
            self.statuses["vanished"] += 1
            return False
        if kind < 0.09:  # vanishes in the response, or reads it all
            writer.write(self.head("GET", f"/stream?bytes={random.randrange(4 << 20)}&chunked=1", 0))
            await reader.read(1 << 16)
            await asyncio.sleep(random.random())
            self.statuses["vanished"] += 1
            return False
        size = random.choice([1 << 20, 5 << 20]) if kind < 0.11 else random.randrange(20_000)
        writer.write(self.head("POST", "/write", size))
        for at in range(0, size, 1 << 16):
            writer.write(b"x" * min(1 << 16, size - at))
            await writer.drain()
        return await self.answer(reader)

    @staticmethod
    def head(method, path, length):
        more = f"Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n" if method == "POST" else ""
        return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode()

    async def answer(self, reader):
        """Whether the connection can be used again."""
        status = (await reader.readline()).split()[1].decode()
        fields = {}
        while (line := (await reader.readline()).strip()):
            name, _, value = line.decode("latin-1").partition(":")
            fields[name.lower()] = value.strip()
        if "content-length" in fields:
            await reader.readexactly(int(fields["content-length"]))
        elif status != "204":
            while await reader.read(1 << 16):
                pass
            fields["connection"] = "close"
        self.statuses[status] += 1
        return fields.get("connection") != "close"


class Soak:
    def __init__(self, rig, minutes):
        self.rig = rig
        self.minutes = minutes
        self.control, self.upstream_port = free_port(), free_port()
        self.upstream = self.start_upstream()
        self.credentials = Credentials(self.control)
        self.credentials.publish()
        self.port, self.admin = free_port(), free_port()
        self.lists(0)
        config = rig.file("countersign.conf", f"""
            countersign {{
              listeners = [{{ bind = "127.0.0.1:{self.port}" }}]
              admin {{ bind = "127.0.0.1:{self.admin}" }}
              access {{ allow = ["127.0.0.0/8"], deny-files = ["deny.list"] }}
              drain {{ quiet = 10 ms }}
              # So that without clients no connection is left.
              timeouts {{ pool-idle = 3 s }}
              credentials {{ default {{ type = container }} }}
              routes {{ all {{
                upstream = "https://localhost:{self.upstream_port}/prod", service = execute-api, region = us-east-1, tls {{ ca = "ca.pem" }}
              }} }}
            }}""")
        environment = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.credentials.port}/"}
        command = [rig.java, *rig.flags, *rig.more, "-cp", rig.jars, "io.countersign.cli.Main", "run", "--config", config]
        self.process = rig.spawn(command, "measured", "countersign.log", environment=environment)
        rig.wait_for(self.port, self.process)
        self.samples = []
        # An upstream that is started again ends with the thread that has started it.
        self.helper = ThreadPoolExecutor(max_workers=1)

    def start_upstream(self):
        process = self.rig.spawn(
            [self.rig.java, "-XX:+UseSerialGC", "-Xmx256m", "-cp", self.rig.jars, "io.countersign.cli.Main", "standin", "--listen",
             f"127.0.0.1:{self.upstream_port}", "--control", f"127.0.0.1:{self.control}", "--ca-out", self.rig.work / "ca.pem", "--data",
             self.rig.work / "data"], "upstream", "standin.log", environment={"AWS_ACCESS_KEY_ID": "AKIDSOAK", "AWS_SECRET_ACCESS_KEY": "x"})
        self.rig.wait_for(self.control, process)
        return process

    def lists(self, step):
        lines = [f"192.0.2.{i}  # {step}" for i in range(step % 200)] + (["not an address"] if step % 7 == 6 else [])
        new = self.rig.file("deny.new", "\n".join(lines) + "\n")
        new.rename(self.rig.work / "deny.list")

    def trouble(self, step):
        """What goes wrong in this step; returns its name."""
        at = step % CYCLE
        if at == 3:
            self.credentials.rotate()
            self.credentials.publish()
        if at == 4:
            self.upstream.kill()
            self.upstream.wait()
            return "upstream killed"
        if at == 5:
            self.upstream = self.start_upstream()
            self.credentials.publish()
            return "upstream back"
        if at == 7:
            self.upstream.send_signal(signal.SIGSTOP)
            return "upstream stalls"
        if at == 8:
            self.upstream.send_signal(signal.SIGCONT)
        if at >= CYCLE - 2 or at == 0:
            clear_faults(self.control)
            return "no clients" if at else "calm"
        clear_faults(self.control)
        fault = FAULTS[(step + step // CYCLE) % len(FAULTS)]
        post(self.control, "/faults", fault)
        return ", ".join(f"{key} {value}" for key, value in fault.items() if key in ("probability",) or len(str(value)) < 12)

    async def run(self):
        clients = Clients(self.port)
        tasks = [asyncio.ensure_future(clients.sender(i)) for i in range(SENDERS)]
        steps = self.minutes * 60 // STEP
        begun = time.monotonic()
        try:
            for step in range(steps):
                clients.going = step % CYCLE < CYCLE - 2
                if clients.going:
                    self.lists(step)
                said = await asyncio.get_running_loop().run_in_executor(self.helper, self.trouble, step)
                if step % CYCLE == CYCLE - 1:
                    await asyncio.to_thread(self.collect)
                await asyncio.sleep(max(0, begun + (step + 1) * STEP - time.monotonic()))
                self.sample(step, said, clients)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return clients.statuses

    def collect(self):
        """So that the sample at this step's end has what is kept, and not how long ago the JVM has last collected. What is free of native
        memory goes back every 5 s."""
        jcmd = os.path.join(os.path.dirname(os.path.realpath(self.rig.java)), "jcmd")
        subprocess.run([jcmd, str(self.process.pid), "GC.run"], check=True, stdout=subprocess.DEVNULL, timeout=30)

    def recovers(self):
        """Whether it serves once nothing is wrong any more, within a minute."""
        end = time.monotonic() + 60
        clear_faults(self.control)
        self.credentials.publish()
        while (answer := get(self.port, "/write", 30))[0] != 200:
            if time.monotonic() > end:
                print(f"FAILED: after it, an answer of {answer}; the last lines of its log:\n{self.process.log.read_text(errors='replace')[-1500:]}")
                return False
            time.sleep(1)
        return True

    def sample(self, step, said, clients):
        if self.process.poll() is not None:
            raise Failed(f"ended with {self.process.returncode}: {self.process.log.read_text(errors='replace')[-2000:]}")
        now = memory(self.process) | {"minutes": (step + 1) * STEP / 60, "quiet": step % CYCLE == CYCLE - 1, "idle": step % CYCLE == CYCLE - 2,
                                      "descriptors": descriptors(self.process), "threads": threads(self.process)}
        self.samples.append(now)
        line = [f"{now['minutes']:.1f}", now["VmRSS"], now["RssAnon"], now["descriptors"], now["threads"], sum(clients.statuses.values()), said]
        if "SOAK_CSV" in os.environ:
            with open(os.environ["SOAK_CSV"], "a", encoding="utf-8") as file:
                file.write(",".join(map(str, line)) + "\n")
        if now["quiet"]:
            print("minute {}: after a collection VmRSS {} MiB, private {}, {} descriptors, {} threads, {} calls".format(*line[:6]), flush=True)
            if get(self.admin, "/livez")[0] != 200:
                raise Failed("/livez failed")


def slope(points):
    """Of (x, y), by least squares, and its standard error."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    residuals = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in points)
    return rise, (residuals / max(1, n - 2) / spread) ** 0.5


def judge(samples, minutes):
    kept = [each for each in samples if each["minutes"] > minutes / 6]
    quiet = [each for each in kept if each["quiet"]]
    if minutes < 12:
        print("too short to judge: memory and what is open are compared over six rounds of two minutes")
        return True
    slopes = {}
    # A process may grow for longer than the sixth that is left out, so the second half tells that from a leak.
    late = [each for each in quiet if each["minutes"] > minutes / 2]
    for name, chosen in (("after a collection", quiet), ("the same in the second half", late), ("before", [each for each in kept if each["idle"]])):
        slopes[name] = slope([(each["minutes"] / 60, each["VmRSS"]) for each in chosen])
        private = slope([(each["minutes"] / 60, each["RssAnon"]) for each in chosen])
        print(f"VmRSS without clients, {name}: {min(each['VmRSS'] for each in chosen)} to {max(each['VmRSS'] for each in chosen)} MiB, "
              "{:+.1f} MiB an hour (standard error {:.1f})".format(*slopes[name]) + "; private {:+.1f} ({:.1f})".format(*private))
    print(f"VmRSS under load: at most {max(each['VmRSS'] for each in samples)} MiB")
    rise, error = slopes["after a collection"]
    third = max(1, len(quiet) // 3)
    # What leaks does not come back: the lowest of the last third is above the lowest of the first.
    gained = {name: min(each[name] for each in quiet[-third:]) - min(each[name] for each in quiet[:third]) for name in ("descriptors", "threads")}
    print(f"without clients: descriptors {gained['descriptors']:+d}, threads {gained['threads']:+d}")
    good = True
    if rise > 1 and rise > 2 * error:
        print("FAILED: memory grows by more than 1 MiB an hour")
        good = False
    elif rise > 1:
        print("memory: within the error of the slope; a longer run says more")
    for name, more in gained.items():
        if more > 0:
            print(f"FAILED: {more} more {name} without clients than at the beginning")
            good = False
    return good


def main():
    minutes = int(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Rig() as rig:
        try:
            soak = Soak(rig, minutes)
            statuses = asyncio.run(soak.run())
            print(f"answers: {dict(statuses.most_common())}")
            good = judge(soak.samples, minutes)
            if not soak.recovers():
                good = False
            rig.stop(soak.process)
            if soak.process.returncode != 0:
                print(f"FAILED: SIGTERM ended it with {soak.process.returncode}")
                good = False
            errors = [line for line in soak.process.log.read_text(errors="replace").splitlines() if (" ERROR " in line and "not an address" not in line) or "LEAK" in line]
            if errors:
                print(f"FAILED: errors in its log: {len(errors)}, first {errors[0][:300]}")
                good = False
        except Failed as e:
            print(f"FAILED: {e}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
