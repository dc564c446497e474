"""What is measured and what it is measured with: processes, their configurations, load, and readings of /proc. Linux."""

import asyncio
import ctypes
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CPUS = sorted(os.sched_getaffinity(0))
# Where there are enough processors, what is measured shares its own with nobody.
PINNED = {"measured": CPUS[:2], "load": CPUS[2:3], "upstream": CPUS[3:4]} if len(CPUS) >= 4 else {}
TICK = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A part cannot go on; the others can."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def median(values):
    return statistics.median(values)


def dies_with_us():
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: it ends when this program does


class Rig:
    """Everything that a part starts ends with it."""

    def __init__(self):
        self.work = Path(tempfile.mkdtemp(prefix="countersign-bench-"))
        self.processes = []
        self.groups = []
        self.java = os.environ["BENCH_JAVA"]
        self.class_path = os.environ.get("BENCH_CLASS_PATH", "")
        self.flags = os.environ["BENCH_FLAGS"].splitlines()
        self.large_flags = os.environ.get("BENCH_FLAGS_1024", "").splitlines()
        self.archive = os.environ.get("BENCH_ARCHIVE", "").splitlines()
        self.jars = os.environ["BENCH_JARS"]
        self.more = os.environ.get("COUNTERSIGN_JAVA_OPTS", "").split()
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for process in reversed(self.processes):
            self.stop(process)
        for group in self.groups:
            group.remove()
        shutil.rmtree(self.work, ignore_errors=True)

    def file(self, name, text):
        path = self.work / name
        path.write_text(text)
        return path

    def spawn(self, command, role, log, group=None, environment=None):
        def prepare():
            dies_with_us()
            if role in PINNED:
                os.sched_setaffinity(0, PINNED[role])
            if group:
                group.join(os.getpid())

        with open(self.work / log, "ab") as out:
            process = subprocess.Popen(
                [str(each) for each in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT,
                env={**os.environ, **(environment or {})}, preexec_fn=prepare)
        process.log = self.work / log
        self.processes.append(process)
        return process

    def stop(self, process, seconds=30):
        if process in self.processes:
            self.processes.remove(process)
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_for(self, port, process, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if process.poll() is not None:
                raise Failed(f"ended with {process.returncode}: {process.log.read_text(errors='replace')[-2000:]}")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Failed(f"nothing on port {port} after {seconds} s: {process.log.read_text(errors='replace')[-2000:]}")

    # Upstreams

    def lean_upstream(self, delay=0):
        """In Java, over TLS: reads each request, and answers with two bytes. Returns port, process."""
        port = free_port()
        (self.work / "ca.pem").unlink(missing_ok=True)
        process = self.spawn(
            # A young generation so large that the upstream's own pauses are rare.
            [self.java, "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-Xmn448m", "-cp", self.class_path,
             "io.countersign.bench.LeanUpstream", port, self.work / "ca.pem", delay], "upstream", "upstream.log")
        self.wait_for(port, process)
        end = time.monotonic() + 20
        while not (self.work / "ca.pem").exists():
            if time.monotonic() > end:
                raise Failed("the upstream wrote no certificate")
            time.sleep(0.02)
        return port, process

    def steady_upstream(self):
        """nginx, which never pauses to collect garbage. Returns the ports for TLS and for plain HTTP."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", self.work / "key.pem", "-out",
             self.work / "ca.pem"], check=True, capture_output=True, timeout=60)
        tls, plain = free_port(), free_port()
        process = self.nginx("upstream", f"""
            server {{
              listen 127.0.0.1:{tls} ssl backlog=1024; listen 127.0.0.1:{plain} backlog=1024;
              ssl_certificate {self.work}/ca.pem; ssl_certificate_key {self.work}/key.pem;
              location / {{ return 200 "ok"; }}
            }}""")
        self.wait_for(tls, process)
        return tls, plain

    # Proxies

    def nginx(self, role, servers):
        config = self.file(f"nginx-{role}.conf", f"""
            worker_processes 1; daemon off; pid {self.work}/nginx-{role}.pid; error_log {self.work}/nginx-{role}.errors;
            events {{ worker_connections 4096; }}
            http {{
              access_log off; client_body_temp_path {self.work}; proxy_temp_path {self.work};
              fastcgi_temp_path {self.work}; uwsgi_temp_path {self.work}; scgi_temp_path {self.work};
              client_body_buffer_size 16k; keepalive_requests 1000000000; client_max_body_size 100m;
              {servers}
            }}""")
        return self.spawn([tool("nginx"), "-c", config], role, f"nginx-{role}.log")

    def nginx_proxy(self, upstream):
        port = free_port()
        process = self.nginx("measured", f"""
            upstream lean {{ server localhost:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
            server {{
              listen 127.0.0.1:{port} backlog=1024;
              location / {{
                proxy_pass https://lean; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
                proxy_ssl_name localhost; proxy_ssl_verify on; proxy_ssl_trusted_certificate {self.work}/ca.pem;
                proxy_ssl_session_reuse on; proxy_buffering off;
              }}
            }}""")
        self.wait_for(port, process)
        return port, process

    def haproxy(self, upstream):
        port = free_port()
        config = self.file("haproxy.cfg", f"""
global
  maxconn 4000
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend plain
  bind 127.0.0.1:{port} backlog 1024
  default_backend lean
backend lean
  http-reuse always
  option http-buffer-request
  server lean localhost:{upstream} ssl verify required ca-file {self.work}/ca.pem sni str(localhost) verifyhost localhost
""")
        process = self.spawn([tool("haproxy"), "-db", "-f", config], "measured", "haproxy.log")
        self.wait_for(port, process)
        return port, process

    def configuration(self, upstream, limits="", scheme="https"):
        """Returns the file, the listener's port and the admin's."""
        port, admin = free_port(), free_port()
        tls = ', tls { ca = "ca.pem" }' if scheme == "https" else ""
        return self.file(f"countersign-{port}.conf", f"""
            countersign {{
              listeners = [{{ bind = "127.0.0.1:{port}" }}]
              admin {{ bind = "127.0.0.1:{admin}" }}
              drain {{ quiet = 10 ms }}
              limits {{ {limits} }}
              credentials {{ default {{ access-key-id = AKIDBENCH, secret-access-key = bench-secret }} }}
              routes {{ all {{ upstream = "{scheme}://localhost:{upstream}", service = execute-api, region = us-east-1{tls} }} }}
            }}"""), port, admin

    def command(self, config, flags=None, more=(), archive=True):
        return [self.java, *(flags or self.flags), *(self.archive if archive else self.no_archive()), *self.more, *more, "-cp",
                self.jars, "io.countersign.cli.Main", "run", "--config", config]

    def no_archive(self):
        return ["-XX:AOTMode=off"] if any("AOTCache" in each for each in self.archive) else ["-Xshare:off"]

    def countersign(self, upstream, limits="", flags=None, more=(), scheme="https"):
        """Returns port, process."""
        config, port, _ = self.configuration(upstream, limits, scheme)
        process = self.spawn(self.command(config, flags, more), "measured", f"countersign-{port}.log")
        self.wait_for(port, process)
        return port, process

    # Load

    def upstream_load(self, protocol, upstream, streams, connections):
        """The upstream's side of the proxy alone. Returns a function: sends for that many seconds; requests, and CPU time in microseconds of each."""
        process = subprocess.Popen(
            [str(each) for each in (self.java, *self.flags, *self.no_archive(), *self.more, "-cp", self.class_path,
             "io.countersign.bench.UpstreamLoad", protocol, upstream, self.work / "ca.pem", streams, connections)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=dies_with_us)
        self.processes.append(process)

        def send(seconds):
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
            line = process.stdout.readline().split()
            if len(line) != 2:
                raise Failed(f"{protocol}: the load ended with {process.wait()}")
            return int(line[0]), float(line[1])

        return send

    def wrk(self, port, connections, seconds):
        """Returns the number of answers; of a thousand, one may be other than 2xx, which a machine that stalls brings about."""
        report = self.wrk_report(port, connections, seconds)
        if report["other"] > report["requests"] / 1000:
            raise Failed(f"wrk: {report['other']} answers other than 2xx")
        return report["requests"]

    def wrk_report(self, port, connections, seconds):
        script = self.work / "post.lua"
        if not script.exists():
            script.write_text("""
                wrk.method = "POST"
                wrk.body = string.rep("0123456789abcdef", 320) -- 5 KiB
                wrk.headers["Content-Type"] = "application/x-protobuf"
            """)
        out = self.output(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}/api/v1/write"], seconds + 60)
        requests = re.search(r"(\d+) requests in", out)
        other = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        if not requests or requests[1] == "0":
            raise Failed(f"wrk: {out[-500:]}")
        return {"requests": int(requests[1]), "other": int(other[1]) if other else 0}

    def constant_rate(self, port, rate, seconds, warm_up=1, connections=50, body=5120, path="/api/v1/write"):
        out = self.output(
            # No garbage is made while it measures; what there was goes before.
            [self.java, "-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-Xmn192m", "-XX:-UsePerfData", "-Xlog:disable", "-cp",
             self.class_path, "io.countersign.bench.ConstantRate", port, rate, seconds, warm_up, connections, body, path],
            seconds + warm_up + 120)
        return json.loads(out)

    def output(self, command, seconds, role="load"):
        if role in PINNED:
            command = ["taskset", "-c", ",".join(map(str, PINNED[role])), *command]
        try:
            done = subprocess.run(
                [str(each) for each in command], capture_output=True, text=True, timeout=seconds, cwd=ROOT, check=False,
                stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise Failed(f"{command[0]} did not end in {seconds} s") from None
        if done.returncode:
            raise Failed(f"{command[0]} ended with {done.returncode}: {done.stderr[-1000:]}")
        return done.stdout

    def new_group(self, memory_mib=None, processors=None):
        group = Group(memory_mib, processors)
        self.groups.append(group)
        return group


def tool(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        raise Failed(f"there is no {name}")
    return found


class Group:
    """A control group of our own, of version 2 or 1, which takes root."""

    def __init__(self, memory_mib, processors):
        self.folders = {}
        name = f"countersign-bench-{os.getpid()}-{time.monotonic_ns()}"
        limits = {}
        if memory_mib:
            limits["memory"] = {"memory.max": memory_mib << 20, "memory.limit_in_bytes": memory_mib << 20}
        if processors:
            quota = int(processors * 100_000)
            limits["cpu"] = {"cpu.max": f"{quota} 100000", "cpu.cfs_quota_us": quota}
        for controller, files in limits.items():
            for parent in (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup") / controller):
                folder = parent / name
                if self.folders.get(controller) or not (parent / "cgroup.procs").exists():
                    continue
                try:
                    folder.mkdir(exist_ok=True)
                    file = next((each for each in files if (folder / each).exists()), None)
                    if file:
                        (folder / file).write_text(str(files[file]))
                        # What it may have is its own, whatever else runs here.
                        for weight, most in (("cpu.weight", 10000), ("cpu.shares", 262144)):
                            if (folder / weight).exists():
                                (folder / weight).write_text(str(most))
                        self.folders[controller] = folder
                    else:
                        folder.rmdir()
                except OSError as e:
                    raise Failed(f"no control group can be made: {e}") from None
            if controller not in self.folders:
                self.remove()
                raise Failed(f"no control group can limit {controller} here")

    def join(self, pid):
        for folder in set(self.folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def killed(self):
        """How many processes the kernel has killed for their memory."""
        for name in ("memory.events", "memory.oom_control"):
            file = self.folders["memory"] / name
            found = re.search(r"oom_kill (\d+)", file.read_text()) if file.exists() else None
            if found:
                return int(found[1])
        raise Failed("the control group does not say whether it killed")

    def peak_mib(self):
        for name in ("memory.peak", "memory.max_usage_in_bytes"):
            file = self.folders["memory"] / name
            if file.exists():
                return int(file.read_text()) >> 20
        return None

    def remove(self):
        for folder in set(self.folders.values()):
            for _ in range(100):
                try:
                    folder.rmdir()
                    break
                except OSError:
                    time.sleep(0.1)


# Readings

def memory(process):
    """In MiB: resident, and of that what is private to the process, and what is mapped from files."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    read = {name: int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile")}
    return {name: round(value, 1) for name, value in read.items()}


def threads(process):
    return int(re.search(r"Threads:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def cpu_seconds(process):
    """User and system time of a process and its children."""
    pids = [process.pid, *map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())]
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def get(port, path, seconds=10):
    """The status and the body; None and an error where there is no answer in time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError as e:
        return None, str(e)
    finally:
        connection.close()


class GcLog:
    """A log of -Xlog:gc,safepoint, read in pieces."""

    PAUSE = re.compile(r"Pause (\w+).*?(\d+)M->(\d+)M\(\d+M\) ([\d.]+)ms")
    STOP = re.compile(r"Total:\s+(\d+) ns")

    def __init__(self, path):
        self.path = path
        self.option = f"-Xlog:gc,safepoint:file={path}:uptime"
        self.offset = 0
        self.after = None

    def read(self):
        """Since the last call: bytes allocated between collections, collections by kind, and the longest stop in ms."""
        with open(self.path, encoding="utf-8", errors="replace") as file:
            file.seek(self.offset)
            text = file.read()
            self.offset = file.tell()
        allocated, kinds = 0, {}
        for kind, before, after, _ in self.PAUSE.findall(text):
            if self.after is not None:
                allocated += max(0, int(before) - self.after) << 20
            self.after = int(after)
            kinds[kind] = kinds.get(kind, 0) + 1
        stops = [int(each) / 1e6 for each in self.STOP.findall(text)]
        return {"allocated": allocated, "collections": kinds, "longest": max(stops, default=0), "stops": len(stops)}


async def uploads(port, count, size, path="/upload", seconds=120):
    """That many POSTs of that many bytes at once, each on a connection of its own. Returns how many got which status."""
    statuses = {}
    chunk = b"x" * 65536

    # By sockets, since a stream of asyncio that cannot be written to any more is not read from either.
    async def one():
        loop = asyncio.get_running_loop()
        with socket.socket() as connection:
            connection.setblocking(False)
            await loop.sock_connect(connection, ("127.0.0.1", port))

            async def send():
                await loop.sock_sendall(connection, (
                    f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
                    f"Content-Length: {size}\r\n\r\n").encode())
                for at in range(0, size, len(chunk)):
                    await loop.sock_sendall(connection, chunk[:size - at])

            sending = asyncio.ensure_future(send())
            try:
                line = b""
                while b"\n" not in line and (read := await loop.sock_recv(connection, 4096)):
                    line += read
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
            return line.split()[1].decode() if line else "closed"

    async def counted():
        try:
            status = await asyncio.wait_for(one(), seconds)
        except asyncio.TimeoutError:
            status = "no answer"
        except OSError as e:
            status = type(e).__name__
        statuses[status] = statuses.get(status, 0) + 1

    await asyncio.gather(*(counted() for _ in range(count)))
    return statuses


