"""Calls AWS services by the AWS CLI and boto3, with dummy keys, through countersign. callers.py FOLDER COUNTERSIGN...

For each service there is a stand-in that takes signatures for that service alone, by a key that the clients don't have, and a
countersign that sends to it. Every call has to succeed, and the stand-in must have verified every request and rejected none.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request

import boto3
import botocore
import botocore.config
import botocore.exceptions
import botocore.parsers

FOLDER, *COUNTERSIGN = sys.argv[1:]
BIN = os.path.dirname(sys.executable)
REGION = "us-east-1"
PATIENCE = 120  # seconds
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDTHEREALONE", "AWS_SECRET_ACCESS_KEY": "of-the-proxy-alone", "AWS_SESSION_TOKEN": "token-of-the-proxy"}
DUMMY = {"AWS_ACCESS_KEY_ID": "dummy", "AWS_SECRET_ACCESS_KEY": "dummy", "AWS_SESSION_TOKEN": "FOREIGNTOKEN"}
XML = {"Content-Type": "text/xml"}
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""
LISTING = """<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>mine</Name><IsTruncated>false</IsTruncated>
<Contents><Key>a/key.txt</Key><Size>7</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>"""

# By service: what the stand-in answers, the CLI's call with a part of its output, and boto3's call with what it returns.
SERVICES = {
    "dynamodb": (
        {"body": '{"TableNames":["one-table"]}', "headers": {"Content-Type": "application/x-amz-json-1.0"}},
        ["dynamodb", "list-tables"], "one-table",
        lambda client: client.list_tables()["TableNames"] == ["one-table"]),
    "sts": (
        {"body": IDENTITY, "headers": XML},
        ["sts", "get-caller-identity"], "123456789012",
        lambda client: client.get_caller_identity()["Account"] == "123456789012"),
    "sqs": (
        {"body": '{"QueueUrls":["one-queue"]}', "headers": {"Content-Type": "application/x-amz-json-1.0"}},
        ["sqs", "list-queues"], "one-queue",
        lambda client: client.list_queues()["QueueUrls"] == ["one-queue"]),
    "s3": (
        {"body": LISTING, "headers": {"Content-Type": "application/xml"}},
        ["s3", "ls", "s3://mine/a/"], "key.txt",
        lambda client: client.list_objects_v2(Bucket="mine")["Contents"][0]["Key"] == "a/key.txt"),
}
failures = []


def check(good, what, detail=""):
    print(f"  {'ok' if good else 'FAILED'}: {what}", flush=True)
    if not good:
        failures.append(what)
        print(f"    {detail}", flush=True)


class Program:
    """A countersign command that runs until it is ended; waits for a line of its output."""

    def __init__(self, name, arguments, keys, awaited):
        self.log = f"{FOLDER}/{name}.log"
        self.lines = []
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
        self.process = subprocess.Popen([*COUNTERSIGN, *arguments], env={**env, **keys}, cwd=FOLDER, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.match = None
        self.ready = threading.Event()
        threading.Thread(target=self.read, args=(re.compile(awaited),), daemon=True).start()
        if not self.ready.wait(PATIENCE) or self.match is None:
            self.end()
            sys.exit(f"{name} did not start:\n" + "".join(self.lines))

    def read(self, awaited):
        for line in self.process.stdout:
            self.lines.append(line)
            if self.match is None and (found := awaited.search(line)):
                self.match = found
                self.ready.set()
        self.ready.set()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def text(self):
        return "".join(self.lines)


def configuration(service, standin_port):
    path = f"{FOLDER}/{service}.conf"
    with open(path, "w") as file:
        file.write(f"""
            countersign {{
              listeners = [{{ bind = "127.0.0.1:0" }}], admin.bind = "127.0.0.1:0", log.access = all
              routes {{
                scope {{
                  service = from-scope, services = [{service}], regions = [{REGION}]
                  {'buckets = [mine]' if service == 's3' else ''}
                  tls.verify = false, upstream.connect = "127.0.0.1:{standin_port}"
                }}
                host {{
                  match.hosts = ["{service}.*.amazonaws.com"{', "mine.s3.*.amazonaws.com"' if service == 's3' else ''}]
                  {'expected-bucket-owner = "123456789012"' if service == 's3' else ''}
                  tls.verify = false, upstream {{ url = from-host, connect = "127.0.0.1:{standin_port}" }}
                }}
              }}
            }}""")
    return path


def cli(arguments, env):
    run = subprocess.run([f"{BIN}/aws", *arguments], capture_output=True, text=True, timeout=PATIENCE, env={
        "PATH": os.environ["PATH"], "HOME": FOLDER, "AWS_DEFAULT_REGION": REGION, "AWS_MAX_ATTEMPTS": "1", **DUMMY, **env})
    return run.returncode, run.stdout + run.stderr


def client(service, endpoint, region=REGION, **settings):
    config = botocore.config.Config(retries={"total_max_attempts": 1}, **settings)
    return boto3.client(service, region_name=region, endpoint_url=endpoint, config=config, aws_access_key_id="dummy",
                        aws_secret_access_key="dummy", aws_session_token="FOREIGNTOKEN")


def succeeds(call):
    try:
        return call(), ""
    except Exception as error:  # whatever it is, it is the finding
        return False, repr(error)


def refusal(call):
    try:
        call()
        return 200
    except botocore.exceptions.ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    except botocore.parsers.ResponseParserError as error:  # of a service that speaks XML; it shows the body
        return int(re.search(r'"status":(\d+)', str(error))[1])


def control(port, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", data=data, timeout=PATIENCE) as response:
        return json.load(response)


def try_service(service):
    answer, command, printed, call = SERVICES[service]
    print(f"{service}:", flush=True)
    standin = Program(f"standin-{service}", ["standin", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--service", service,
                                             "--region", REGION], KEYS, r"https://localhost:(\d+) .* control http://127.0.0.1:(\d+)/")
    try:
        port, control_port = standin.match.groups()
        control(control_port, "/faults", {"status": 200, **answer})
        proxy = Program(f"countersign-{service}", ["run", "--config", configuration(service, port)], KEYS,
                        r"ready on (http://127.0.0.1:\d+)")
        try:
            url = proxy.match.group(1)
            try_calls(service, url, command, printed, call)
            stats = control(control_port, "/stats")
        finally:
            proxy.end()
        log = proxy.text()
        rejected = stats["rejected"] if isinstance(stats["rejected"], dict) else {"": stats["rejected"]}
        check(stats["verified"] >= (3 if service == "sqs" else 4) and not any(rejected.values()), f"the stand-in verified {stats['verified']} requests, rejected none",
              json.dumps(stats))
        check(log.count("come signed with access key id dummy") == 1, "the log says once that the callers' signature counts for nothing")
        check("FOREIGNTOKEN" not in log, "the log has no token")
    finally:
        standin.end()


def try_calls(service, url, command, printed, call):
    code, output = cli([*command, "--endpoint-url", url], {})
    check(code == 0 and printed in output, f"aws {' '.join(command)} --endpoint-url", output)
    if service != "sqs":  # version 1 of the CLI leaves the variable aside there
        code, output = cli(command, {"AWS_ENDPOINT_URL": url})
        check(code == 0 and printed in output, f"AWS_ENDPOINT_URL, aws {' '.join(command)}", output)
    check(*reordered(succeeds(lambda: call(client(service, url))), f"boto3, {service} from its scope"))
    # By an absolute target, as a client sends it to its HTTP proxy.
    host = f"http://{service}.{REGION}.amazonaws.com"
    check(*reordered(succeeds(lambda: call(client(service, host, proxies={"http": url}))), f"boto3, {service} from the host"))
    status = refusal(lambda: call(client(service, url, region="eu-central-1")))
    check(status == 403, f"a region that is not listed is refused ({status})")
    if service == "s3":
        s3 = client("s3", url)
        check(*reordered(succeeds(lambda: bool(s3.put_object(Bucket="mine", Key="a/key.txt", Body=b"content"))), "boto3, an upload"))
        with open(f"{FOLDER}/upload.txt", "w") as file:
            file.write("content")
        code, output = cli(["s3", "cp", f"{FOLDER}/upload.txt", "s3://mine/a/key.txt", "--endpoint-url", url], {})
        check(code == 0, "aws s3 cp to the bucket that is listed", output)
        code, output = cli(["s3", "ls", "s3://other/", "--endpoint-url", url], {})
        check(code != 0 and ("Forbidden" in output or "403" in output), "another bucket is refused", output)


def reordered(outcome, what):
    good, detail = outcome
    return good, what, detail


print(f"awscli {subprocess.run([f'{BIN}/aws', '--version'], capture_output=True, text=True).stdout.split()[0]}, boto3 {boto3.__version__}")
for each in SERVICES:
    try_service(each)
if failures:
    sys.exit(f"callers: {len(failures)} failed: " + "; ".join(failures))
print("callers: every call succeeded, and every signature was verified")
