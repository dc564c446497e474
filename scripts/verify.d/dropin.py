"""Sends the same requests to aws-sigv4-proxy and to countersign with the same flags, and compares what arrives and what comes back.

dropin.py CERTIFICATE KEY INCUMBENT COUNTERSIGN...: both are commands that take the flags; the certificate, which nobody vouches for, is
the upstream's. Prints each difference once with its reason; exits with 1 if
there is one that no reason is known for, if a signature is wrong, or if a difference that is documented is no longer there.
"""

import hashlib
import hmac
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

KEY, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "tokenEXAMPLE"

# What differs, by the name that it has below, and why. docs/FROM-SIGV4-PROXY.md has the same.
REASONS = {
    "sent via": "countersign adds Via, by which it ends loops (RFC 9110 section 7.6.3)",
    "sent accept-encoding": "Go's client asks for gzip by itself, and unpacks what it gets; countersign passes on what the caller says",
    "sent user-agent": "Go's client names itself where the caller does not",
    "sent x-amz-content-sha256": "Go's signer sends it to S3 alone; countersign always does, since the services that demand it differ",
    "sent content-length": "countersign says the length of what it has collected; Go leaves 0 out, or sends chunks again",
    "sent transfer-encoding": "a chunked body is collected for its hash, so that countersign sends its length; Go sends chunks again",
    "sent x-hop": "a field that Connection names belongs to one connection (RFC 9110 section 7.6.1)",
    "sent connection": "it belongs to one connection",
    "sent x-team": "--custom-headers replaces what the caller sends under that name; there the caller's goes before it",
    "target": "Go's signer sorts the query, and sends it so; countersign signs and sends it as the caller wrote it",
}


class Upstream:
    """Records each request, and answers as its path says."""

    def __init__(self, tls=None):
        self.tls = tls
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.requests = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            while True:
                request = read_message(stream)
                if request is None:
                    return
                self.requests.append(request)
                connection.sendall(self.answer(request))
        except OSError:
            pass
        finally:
            connection.close()

    @staticmethod
    def answer(request):
        path = request["start"].split(" ")[1]
        fields, body, status = b"X-Upstream: yes\r\nContent-Type: text/plain\r\n", b"fine", b"200 OK"
        if "/missing" in path:
            status, body = b"404 Not Found", b"no such index"
        elif "/broken" in path:
            status, body = b"500 Internal Server Error", b"it broke"
        elif "/moved" in path:
            status, fields, body = b"302 Found", fields + b"Location: https://elsewhere.example/x\r\n", b""
        if request["start"].startswith("HEAD "):
            return b"HTTP/1.1 " + status + b"\r\n" + fields + b"Content-Length: 4\r\n\r\n"
        return b"HTTP/1.1 " + status + b"\r\n" + fields + b"Content-Length: %d\r\n\r\n" % len(body) + body


def read_message(stream, head_only=False):
    lines = []
    while True:
        line = stream.readline()
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            break
        lines.append(line.rstrip(b"\r\n").decode("latin-1"))
    fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    values = dict(fields)
    body = b""
    if head_only:
        pass
    elif "chunked" in values.get("transfer-encoding", ""):
        while True:
            size = int(stream.readline().split(b";")[0], 16)
            body += stream.read(size)
            stream.readline()
            if size == 0:
                break
    elif "content-length" in values:
        body = stream.read(int(values["content-length"]))
    return {"start": lines[0], "fields": fields, "body": body}


def field(message, name):
    return ", ".join(value for key, value in message["fields"] if key == name)


def canonical_query(target):
    _, _, query = target.partition("?")
    pairs = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.append(tuple(urllib.parse.quote(urllib.parse.unquote_plus(text), safe="-_.~") for text in (name, value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def signature_fault(request):
    """None for a good signature, computed by the rules of the General Reference and nothing of either program."""
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)",
        field(request, "authorization"),
    )
    if not found:
        return "no signature"
    key, day, region, service, names, signature = found.groups()
    method, target, _ = request["start"].split(" ", 2)
    path = target.partition("?")[0]
    if service != "s3":
        path = urllib.parse.quote(path, safe="/-_.~")
    payload = field(request, "x-amz-content-sha256") or hashlib.sha256(request["body"]).hexdigest()
    if payload != "UNSIGNED-PAYLOAD" and payload != hashlib.sha256(request["body"]).hexdigest():
        return "the payload hash is not the body's"
    headers = "".join(f"{name}:{re.sub(' +', ' ', field(request, name))}\n" for name in names.split(";"))
    canonical = "\n".join([method, path, canonical_query(target), headers, names, payload])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", field(request, "x-amz-date"), scope, hashlib.sha256(canonical.encode()).hexdigest()])
    derived = ("AWS4" + SECRET).encode()
    for part in (day, region, service, "aws4_request", text):
        derived = hmac.new(derived, part.encode(), hashlib.sha256).digest()
    if key != KEY:
        return "another key"
    return None if derived.hex() == signature else "the signature does not match"


class Proxy:
    def __init__(self, command, flags):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_SESSION_TOKEN": TOKEN,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for name in ("JAVA_HOME", "COUNTERSIGN_JAVA_OPTS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        self.process = subprocess.Popen(
            [*command, "--port", f"127.0.0.1:{self.port}", *flags],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.said = []
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    self.close()
                    sys.exit(f"{command[0]} does not listen:\n" + b"".join(self.said).decode())
                time.sleep(0.05)

    def exchange(self, request):
        with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
            connection.sendall(request)
            return read_message(connection.makefile("rb"), request.startswith(b"HEAD "))

    def close(self):
        self.process.kill()
        self.process.wait()


def request(start, *fields, body=b"", host="localhost:8080", chunked=False):
    lines = [start + " HTTP/1.1", "Host: " + host, *fields]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif body or start.startswith(("POST", "PUT")):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


SETS = {
    "Prometheus next to Managed Prometheus": (
        ["--name", "aps", "--region", "us-east-1", "--sign-host", "aps-workspaces.us-east-1.amazonaws.com"],
        [
            request(
                "POST /workspaces/ws-1/api/v1/remote_write",
                "Content-Type: application/x-protobuf",
                "Content-Encoding: snappy",
                "User-Agent: Prometheus/3.7",
                "X-Prometheus-Remote-Write-Version: 0.1.0",
                body=b"\x00\xff samples",
            ),
            request("GET /workspaces/ws-1/api/v1/query?query=up%7Ba%3D%22b%22%7D&time=1"),
            request("POST /workspaces/ws-1/api/v1/query", "Content-Type: application/x-www-form-urlencoded", body=b"query=up"),
        ],
    ),
    "API Gateway": (
        ["--name=execute-api", "--region=eu-west-1", "--sign-host=abc123.execute-api.eu-west-1.amazonaws.com"],
        [
            request("GET /prod/pets?b=2&a=1&a=0&empty&x=a%20b"),
            request("DELETE /prod/pets/1"),
            request("HEAD /prod/pets"),
            request("POST /prod/pets", body=b""),
            request("POST /prod/pets", body=b"in chunks", chunked=True),
            request("GET /prod/a;b/c,d/~e"),
            request("GET /prod/a%2Fb/%C3%BC"),
            request("GET /prod/pets", "Connection: X-Hop", "X-Hop: 1", "X-Stays: 1"),
            request("GET /prod/missing"),
            request("GET /prod/broken"),
            request("GET /prod/moved"),
        ],
    ),
    "API Gateway by http": (
        ["--name", "execute-api", "--region", "eu-west-1", "--upstream-url-scheme", "http"],
        [request("POST /prod/pets", body=b"{}")],
    ),
    "OpenSearch": (
        [
            *("--name", "es", "--region", "eu-west-1", "--sign-host", "d.eu-west-1.es.amazonaws.com"),
            *("-s", "X-Noise", "--duplicate-headers", "Authorization", "--custom-headers", "X-Team=search,X-B=c"),
        ],
        [
            request(
                "POST /index/_search?q=a*&size=1",
                "Content-Type: application/json",
                "Authorization: Basic eDp5",
                "X-Noise: 1",
                "X-Team: callers",
                body=b"{}",
            ),
            request("GET /_cat/indices", "Authorization: Basic eDp5"),
        ],
    ),
    "S3": (
        ["--name", "s3", "--region", "us-east-1", "--sign-host", "s3.amazonaws.com"],
        [
            request("GET /bucket/a%20b/%C3%BC?versionId=1"),
            request("GET /bucket/a+b(c)!"),
            request("PUT /bucket/key", "Content-Type: text/plain", "x-amz-meta-a: b", body=b"data"),
        ],
    ),
    "S3 with --unsigned-payload": (
        ["--name", "s3", "--region", "us-east-1", "--sign-host", "s3.amazonaws.com", "--unsigned-payload", "-s", "Authorization"],
        [
            request("PUT /bucket/key", "Authorization: AWS AKID:old", body=b"data"),
            request("GET /bucket/key"),
        ],
    ),
}


def scope(message):
    return "/".join(re.sub(r".*Credential=([^,]+).*", r"\1", field(message, "authorization")).split("/")[2:])


def compare(there, here, found, about):
    """Adds each difference of two exchanges to found, by its name."""

    def differs(name, one, other):
        if one != other:
            found.setdefault(name, []).append(f"{about}: {one!r} there, {other!r} here")

    (sent_there, answer_there), (sent_here, answer_here) = there, here
    differs("target", *(sent["start"] for sent in (sent_there, sent_here)))
    differs("scope", scope(sent_there), scope(sent_here))
    differs("sent body", sent_there["body"], sent_here["body"])
    names = {name for sent in (sent_there, sent_here) for name, _ in sent["fields"]}
    for name in sorted(names - {"authorization", "x-amz-date"}):
        differs("sent " + name, field(sent_there, name), field(sent_here, name))
    status = [answer["start"].split(" ")[1] for answer in (answer_there, answer_here)]
    differs("answer status", *status)
    differs("answer body", answer_there["body"], answer_here["body"])
    for name in ("content-type", "location", "x-upstream"):
        differs("answer " + name, field(answer_there, name), field(answer_here, name))


def main():
    incumbent, countersign = [sys.argv[3]], sys.argv[4:]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[1], sys.argv[2])
    by_scheme = {"https": Upstream(tls), "http": Upstream()}
    found, faults, count = {}, [], 0
    for name, (flags, requests) in SETS.items():
        print(f"-- {name}: {' '.join(flags)}", flush=True)
        scheme = "http" if "http" in flags else "https"
        upstream = by_scheme[scheme]
        flags = [*flags, "--host", f"127.0.0.1:{upstream.port}"] + (["--no-verify-ssl"] if scheme == "https" else [])
        proxies = [Proxy(incumbent, flags), Proxy(countersign, flags)]
        try:
            for each in requests:
                about = f"{name}: {each.decode('latin-1').splitlines()[0]}"
                exchanges = []
                for proxy in proxies:
                    before = len(upstream.requests)
                    answer = proxy.exchange(each)
                    if answer is None or len(upstream.requests) != before + 1:
                        faults.append(f"{about}: {'there' if proxy is proxies[0] else 'here'} nothing arrived: {answer}")
                        break
                    fault = signature_fault(upstream.requests[-1])
                    if fault:
                        where = "there" if proxy is proxies[0] else "here"
                        (found.setdefault("signature there", []) if where == "there" else faults).append(f"{about}: {fault}")
                    exchanges.append((upstream.requests[-1], answer))
                if len(exchanges) == 2:
                    count += 1
                    compare(*exchanges, found, about)
        finally:
            for proxy in proxies:
                proxy.close()
    print(f"{count} requests compared; what differs:")
    for name, cases in sorted(found.items()):
        reason = REASONS.get(name)
        print(f"  {name} ({len(cases)} times): {reason or 'NO REASON IS KNOWN'}\n      {cases[0]}")
        if not reason:
            faults.append(f"an unexplained difference: {name}: {cases[0]}")
    for name in REASONS.keys() - found.keys():
        faults.append(f"a difference that is explained and was not seen: {name}")
    for fault in faults:
        print("FAULT: " + fault, file=sys.stderr)
    return 1 if faults else 0


sys.exit(main())
