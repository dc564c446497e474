"""Changes an upstream's addresses under load, then takes its DNS server away. names.py dns|system FOLDER COUNTERSIGN

Three hosts on 127.0.0.2 to 127.0.0.4 say which they are. dnsmasq answers for their name. Every request has to be answered 200.
"""

import http.client
import http.server
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

KIND, FOLDER, COUNTERSIGN = sys.argv[1:4]
NAME = "api.localhost"
CLIENTS = 4
MAX_AGE = 2  # seconds: timeouts.pool-max-age
# For how long an answer is kept: by its TTL, or by the JDK.
KEPT = {"dns": 1, "system": 30}[KIND]
HOSTS = f"{FOLDER}/hosts"
LOG = f"{FOLDER}/{KIND}.log"


def free_port(address):
    with socket.socket() as one:
        one.bind((address, 0))
        return one.getsockname()[1]


PORT = free_port("127.0.0.2")
DNS = ("127.0.0.1", free_port("127.0.0.1")) if KIND == "dns" else ("127.0.0.9", 53)


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        body = self.server.server_address[0].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *ignored):
        pass


class Hosts(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(address):
    server = Hosts((address, PORT), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def write_hosts(*addresses):
    with open(HOSTS, "w") as file:
        file.writelines(f"{address} {NAME}\n" for address in addresses)


def dns_server():
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    return subprocess.Popen(
        ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root" if os.getuid() == 0 else "--log-facility=-",
         f"--addn-hosts={HOSTS}", f"--port={DNS[1]}", f"--listen-address={DNS[0]}", "--bind-interfaces", "--local-ttl=1", f"--pid-file={FOLDER}/dnsmasq.pid"],
        env={**os.environ, "PATH": path}, stderr=subprocess.STDOUT)


class Load:
    """Requests one after the other on kept connections; who answered when, and what went wrong."""

    def __init__(self, port):
        self.port = port
        self.last = {}
        self.requests = 0
        self.failures = []
        self.over = False
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.over:
            try:
                client.request("GET", "/")
                response = client.getresponse()
                body = response.read().decode()
                failure = None if response.status == 200 else f"{response.status} {body}"
            except OSError as e:
                client.close()
                failure = repr(e)
            with self.lock:
                self.requests += 1
                if failure:
                    self.failures.append(failure)
                else:
                    self.last[body] = time.monotonic()
            time.sleep(0.005)

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join()


def until(what, condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"{KIND}: not within {seconds} s: {what}")
        time.sleep(0.05)


def log_has(pattern):
    with open(LOG) as file:
        return re.search(pattern, file.read()) is not None


def log_count(text):
    with open(LOG) as file:
        return file.read().count(text)


def last_good(admin):
    page = urllib.request.urlopen(f"http://127.0.0.1:{admin}/metrics").read().decode()
    found = re.search(r'countersign_upstream_names_resolved_total\{source="last_good"\} (\S+)', page)
    return float(found.group(1))


def main():
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
        serve(address)
    write_hosts("127.0.0.2")
    dns = dns_server()
    port, admin = free_port("127.0.0.1"), free_port("127.0.0.1")
    servers = f', servers = ["{DNS[0]}:{DNS[1]}"]' if KIND == "dns" else ""
    with open(f"{FOLDER}/{KIND}.conf", "w") as file:
        file.write(f"""countersign {{
          listeners = [{{ bind = "127.0.0.1:{port}" }}], admin.bind = "127.0.0.1:{admin}"
          names {{ resolver = {KIND}{servers} }}
          timeouts.pool-max-age = {MAX_AGE} s
          credentials.default {{ access-key-id = AKIDEXAMPLE, secret-access-key = secret }}
          routes.main {{ upstream = "http://{NAME}:{PORT}/prod", service = execute-api, region = us-east-1 }}
        }}""")
    # Only names under localhost may lead to several hosts on loopback.
    environment = {**os.environ, "COUNTERSIGN_JAVA_OPTS": "-Dio.netty.resolver.dns.resolveLocalhostWithoutDns=false"}
    with open(LOG, "w") as log:
        proxy = subprocess.Popen([COUNTERSIGN, "run", "--config", f"{FOLDER}/{KIND}.conf"], stdout=log, stderr=log, env=environment)
    load = None
    try:
        def ready():
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{admin}/readyz").status == 200
            except OSError:
                return False
        until("the proxy is ready", ready, 180)
        load = Load(port)
        until("requests flow", lambda: "127.0.0.2" in load.last, 30)

        write_hosts("127.0.0.3")
        dns.send_signal(signal.SIGHUP)
        changed = time.monotonic()
        bound = KEPT + MAX_AGE
        until("the new address is used", lambda: "127.0.0.3" in load.last, bound + 30)
        until("the old address has had nothing for 5 s", lambda: time.monotonic() - load.last["127.0.0.2"] > 5, bound + 30)
        left = load.last["127.0.0.2"] - changed
        print(f"{KIND}: {load.requests} requests so far, {len(load.failures)} failed; the old address had its last one {left:.1f} s after"
              f" the change (an answer is kept for {KEPT} s, a connection for {MAX_AGE} s)")

        dns.terminate()
        dns.wait()
        until("the last addresses are used", lambda: last_good(admin) > 5, KEPT + 60)
        time.sleep(10)
        print(f"{KIND}: without a DNS server the last addresses served {last_good(admin):.0f} connections;"
              f" {load.requests} requests so far, {len(load.failures)} failed")
        write_hosts("127.0.0.4")
        dns = dns_server()
        until("the third address is used", lambda: "127.0.0.4" in load.last, KEPT + 60)
        until("the end is logged", lambda: log_has("is resolved again"), 30)
        load.end()
        if load.failures:
            sys.exit(f"{KIND}: {len(load.failures)} of {load.requests} requests failed, the first: {load.failures[0]}")
        begins = log_count("can't be resolved")
        # One for each outage, not for each connection; on a loaded machine an answer that is late is one as well.
        if not 1 <= begins <= 3:
            sys.exit(f"{KIND}: {begins} lines say that the name can't be resolved")
        print(f"{KIND}: {load.requests} requests, none lost")
    finally:
        if load:
            load.end()
        proxy.terminate()
        proxy.wait()
        dns.terminate()
        dns.wait()


main()
