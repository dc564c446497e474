"""Sends requests to AWS that it takes and that it rejects, and stores what it answers. Use it through scripts/live."""

import argparse
import datetime
import http.client
import json
import os
import pathlib
import re
import secrets
import ssl
import sys
import time
import urllib.parse
import urllib.request

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HERE = pathlib.Path(__file__).resolve().parent
# Nothing of an answer but these is stored, and of the body at most this much.
FIELDS = ["content-type", "date", "retry-after", "x-amzn-errortype", "x-amzn-requestid", "x-amz-apigw-id", "apigw-requestid", "www-authenticate"]
MAX_BODY = 8192
# A remote_write request without a sample: an empty message, compressed by snappy.
EMPTY_WRITE = b"\x00"
WRITE = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
JSON = {"Content-Type": "application/json"}


class Target:
    """Where requests go, and which one of them is good."""

    def __init__(self, url, service, path, fields, body, extra=()):
        self.url, self.service, self.path, self.fields, self.body = url, service, path, fields, body
        # Cases that only this target has: name -> (path, body, how often it may be sent until it is answered with that status).
        self.extra = dict(extra)


def targets(outputs):
    """The targets of a stack, by its outputs; of those that a caller names in a file, only these."""
    rest = {
        "blocked": ("/blocked", b"{}", None),
        "forbidden": ("/forbidden", b"{}", None),
        "no-such-path": ("/nowhere", b"{}", None),
        "oversized": ("/echo", b"0" * (10 * 1024 * 1024 + 1), None),
        "throttled": ("/throttled", b"{}", 429),
    }
    known = {
        "rest": lambda url: Target(url, "execute-api", "/echo", JSON, b"{}", rest),
        "http": lambda url: Target(url, "execute-api", "/echo", JSON, b"{}", {"forbidden": ("/forbidden", b"{}", None)}),
        "prometheus": lambda url: Target(
            url, "aps", "/api/v1/remote_write", WRITE, EMPTY_WRITE,
            {"invalid": ("/api/v1/remote_write", b"not snappy", None), "no-such-path": ("/api/v1/nowhere", EMPTY_WRITE, None)},
        ),
        "opensearch": lambda url: Target(url, "es", "/_bulk", JSON, b'{"index":{"_index":"live"}}\n{"a":1}\n', {}),
    }
    return {name: known[name](outputs[key]) for name, key in
            (("rest", "Rest"), ("http", "Http"), ("prometheus", "Prometheus"), ("opensearch", "OpenSearch")) if key in outputs}


class Skewed(SigV4Auth):
    """Signs as of another time."""

    def __init__(self, *arguments, seconds=0):
        super().__init__(*arguments)
        self.seconds = seconds

    def add_auth(self, request):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self.seconds)
        request.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
        self._modify_request_before_signing(request)
        canonical = self.canonical_request(request)
        self._inject_signature_to_request(request, self.signature(self.string_to_sign(request, canonical), request))


def variations(region, good, expired):
    """How a good request is signed: name -> (credentials, service or None, region, seconds that the clock is off)."""
    wrong = Credentials(good.access_key, secrets.token_urlsafe(30), good.token)
    unknown = Credentials("AKIA" + "QWERTYUIOPASDFGH", secrets.token_urlsafe(30))
    all_of_them = {
        "signed": (good, None, region, 0),
        "wrong-secret": (wrong, None, region, 0),
        "unknown-key": (unknown, None, region, 0),
        "clock-late": (good, None, region, -900),
        "clock-early": (good, None, region, 900),
        "wrong-region": (good, None, "eu-north-1" if region != "eu-north-1" else "us-east-1", 0),
        "wrong-service": (good, "sqs", region, 0),
        "unsigned": (None, None, region, 0),
    }
    if good.token:
        all_of_them["broken-token"] = (Credentials(good.access_key, good.secret_key, good.token[:-8] + "AAAAAAAA"), None, region, 0)
        all_of_them["no-token"] = (Credentials(good.access_key, good.secret_key), None, region, 0)
    if expired:
        all_of_them["expired"] = (expired, None, region, 0)
    return all_of_them


def send(target, path, body, credentials, service, region, seconds, context):
    """Signs and sends one request; returns what came back."""
    url = target.url.rstrip("/") + path
    request = AWSRequest("POST", url, data=body, headers=dict(target.fields))
    if credentials:
        Skewed(credentials, service or target.service, region, seconds=seconds).add_auth(request)
    prepared = request.prepare()
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPSConnection(place.netloc, timeout=60, context=context)
    try:
        connection.request("POST", place.path, body=body, headers={**{k: str(v) for k, v in prepared.headers.items()}, "User-Agent": "countersign-live"})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read(MAX_BODY)
    finally:
        connection.close()


class Mask:
    """Takes out of an answer what says whose account it was."""

    def __init__(self, values):
        self.values = {value: name for name, value in values.items() if value}

    def __call__(self, text):
        for value, name in self.values.items():
            text = text.replace(value, name)
        text = re.sub(r"(?<!\d)\d{12}(?!\d)", "111122223333", text)
        text = re.sub(r"\bA(?:KIA|SIA|ROA)[A-Z0-9]{12,}\b", "ASIAEXAMPLE", text)
        return re.sub(r"(?i)(x-amz-security-token[:=])\s*[^\s\\\"&]+", r"\1MASKED", text)


def store(folder, target, case, service, answer, mask):
    status, fields, body = answer
    file = folder / target / f"{case}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    file.write_text(json.dumps({
        "target": target,
        "case": case,
        "service": service,
        "sent": now.isoformat().replace("+00:00", "Z"),
        "status": status,
        "fields": {name: mask(fields[name]) for name in FIELDS if name in fields},
        "body": mask(body.decode("utf-8", "replace")),
    }, indent=2) + "\n")
    print(f"  {target:<11} {case:<14} {status} {fields.get('x-amzn-errortype', '')}")


def send_all(where, good, expired, region, folder, context):
    """Each case of each target once; those that need many are sent until they get the status they are there for."""
    for name, target in where.items():
        # The first label of an API's, a workspace's or a domain's host or path names it.
        host = urllib.parse.urlsplit(target.url).hostname.split(".")[0]
        mask = Mask({"the-host": host if len(host) > 9 else "", "the-workspace": target.url.rsplit("/", 1)[-1] if name == "prometheus" else "",
                     "the-token": good.token or "", "the-key": good.access_key})
        for case, (credentials, service, scope, seconds) in variations(region, good, expired).items():
            answer = send(target, target.path, target.body, credentials, service, scope, seconds, context)
            store(folder, name, case, target.service, answer, mask)
        for case, (path, body, until) in target.extra.items():
            for _ in range(100 if until else 1):
                try:
                    answer = send(target, path, body, good, None, region, 0, context)
                except (BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
                    print(f"  {name:<11} {case:<14} the connection was closed while the body was sent; nothing is stored")
                    break
                if not until or answer[0] == until:
                    store(folder, name, case, target.service, answer, mask)
                    break
            else:
                print(f"  {name:<11} {case:<14} was never answered with {until}; nothing is stored")


def stack_outputs(cloudformation, stack):
    found = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return found["StackStatus"], {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}


def await_stack(cloudformation, stack, wanted, sleep=time.sleep):
    """Prints each change of the stack's status until it is the wanted one; a stack that is gone is DELETE_COMPLETE."""
    seen, waited = None, 0
    while waited < 45 * 60:
        try:
            status, outputs = stack_outputs(cloudformation, stack)
        except cloudformation.exceptions.ClientError as error:
            if "does not exist" not in str(error):
                raise
            status, outputs = "DELETE_COMPLETE", {}
        if status != seen or waited % 60 == 0:
            print(f"  {waited // 60:2} min  {status}")
        seen = status
        if status == wanted:
            return outputs
        if not status.endswith("_IN_PROGRESS"):
            sys.exit(f"live: the stack {stack} is {status}; see its events, and delete it: scripts/live down --stack {stack}")
        sleep(15)
        waited += 15
    sys.exit(f"live: the stack {stack} was not {wanted} within 45 minutes; delete it: scripts/live down --stack {stack}")


def up(cloudformation, stack, sleep=time.sleep):
    cloudformation.create_stack(
        StackName=stack, TemplateBody=(HERE / "template.yaml").read_text(), Capabilities=["CAPABILITY_IAM"], OnFailure="DELETE",
        Tags=[{"Key": "purpose", "Value": "countersign live"}])
    return await_stack(cloudformation, stack, "CREATE_COMPLETE", sleep)


def down(cloudformation, stack, sleep=time.sleep):
    cloudformation.delete_stack(StackName=stack)
    await_stack(cloudformation, stack, "DELETE_COMPLETE", sleep)


def session_of(sts, role):
    """Credentials of the role for the shortest time there is, and when they expire."""
    got = sts.assume_role(RoleArn=role, RoleSessionName="countersign-live", DurationSeconds=900)["Credentials"]
    return Credentials(got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]), got["Expiration"]


def await_expiry(at, sleep=time.sleep):
    while (left := (at - datetime.datetime.now(datetime.timezone.utc)).total_seconds() + 5) > 0:
        print(f"  waiting for a session to expire: {left / 60:.0f} min left")
        sleep(min(60, max(1, left)))


COST = """This creates in your account, in {region}, and deletes again:
  a REST API, an HTTP API with a function, a workspace of Managed Prometheus, an OpenSearch domain (t3.small.search, 10 GB), two roles.
It takes some 40 minutes, most of it for the domain to come and go. The domain costs about 0.04 USD an hour in us-east-1, all else less than a
cent for the few hundred requests; prices differ by region and change. If it is cut off, this deletes everything: scripts/live down --stack {stack}
"""


def from_file(options):
    """Sends to targets that a file describes, such as the local gateway: {"region", "targets": {"Rest": URL}, "good": {...}, "expired": {...}}."""
    described = json.loads(options.to.read_text())
    keys = [described.get(name) for name in ("good", "expired")]
    good, expired = [key and Credentials(key["access_key"], key["secret_key"], key.get("token")) for key in keys]
    context = ssl.create_default_context(cafile=described.get("ca"))
    send_all(targets(described["targets"]), good, expired, described["region"], options.store, context)


def main():
    parser = argparse.ArgumentParser(prog="live", description=__doc__)
    parser.add_argument("action", choices=["run", "up", "send", "down"])
    parser.add_argument("--stack", default="countersign-live")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))
    parser.add_argument("--store", type=pathlib.Path, default=HERE.parents[1] / "cli/src/test/resources/live")
    parser.add_argument("--to", type=pathlib.Path, help="send: to what this file describes, not to a stack")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    if options.action == "send" and options.to:
        return from_file(options)
    if not options.region:
        parser.error("which region? Give --region, or set AWS_REGION")
    session = botocore.session.Session()
    cloudformation = session.create_client("cloudformation", region_name=options.region)
    if options.action in ("run", "up"):
        print(COST.format(region=options.region, stack=options.stack))
        if not options.yes and input("Go on? [y/N] ").strip().lower() != "y":
            sys.exit("live: nothing was done")
    try:
        if options.action in ("run", "up"):
            print("creating")
            outputs = up(cloudformation, options.stack)
        elif options.action == "send":
            outputs = stack_outputs(cloudformation, options.stack)[1]
        if options.action in ("run", "send"):
            sts = session.create_client("sts", region_name=options.region)
            expired, at = session_of(sts, outputs["Caller"])
            await_expiry(at)
            good, _ = session_of(sts, outputs["Caller"])
            print(f"sending; answers go to {options.store}")
            send_all(targets(outputs), good, expired, options.region, options.store, ssl.create_default_context())
    finally:
        if options.action in ("run", "down"):
            print("deleting")
            down(cloudformation, options.stack)


if __name__ == "__main__":
    main()
