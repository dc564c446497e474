"""Makes load and faults, and then asks a Prometheus each query of the dashboard, and how its rules fare; see dashboard beside it."""
import http.client
import json
import re
import ssl
import sys
import time
import urllib.parse
import urllib.request

root, plain, tls, control, prometheus, seconds = sys.argv[1:]
seconds = float(seconds)


def post(path, agent, source="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", int(plain), timeout=20, source_address=(source, 0))
    try:
        connection.request("POST", path, b"x" * 2000, {"User-Agent": agent})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def fault(effect):
    urllib.request.urlopen(urllib.request.Request(control + "/faults", method="DELETE")).close()
    if effect:
        urllib.request.urlopen(control + "/faults", json.dumps(effect).encode()).close()


def broken_handshake():
    """One that no certificate is trusted for."""
    try:
        with ssl.create_default_context().wrap_socket(
            __import__("socket").create_connection(("127.0.0.1", int(tls))), server_hostname="localhost"
        ):
            pass
    except (ssl.SSLError, OSError):
        pass


FAULTS = [
    None,
    {"throttleShare": 0.5},
    {"reject": "AccessDeniedException"},
    {"clockSkewSeconds": 600},
    {"resetAtByte": 5},
    {"expiredToken": True, "probability": 0.5},
    {"status": 400},
    None,
]
begin, statuses = time.monotonic(), {}
for effect in FAULTS:
    fault(effect)
    until = time.monotonic() + seconds / len(FAULTS)
    while time.monotonic() < until:
        for path, agent, source in (
            ("/api/v1/write", "Prometheus/2.42.0", "127.0.0.1"),
            ("/dead/api/v1/write", "Prometheus/2.42.0", "127.0.0.1"),
            ("/dead/v1/logs", "OpenTelemetry Collector/0.165.0", "127.0.0.1"),
            ("/api/v1/write", "vmagent", "127.0.0.9"),
        ):
            status = post(path, agent, source)
            statuses[status] = statuses.get(status, 0) + 1
        broken_handshake()
        time.sleep(0.05)
print("load:", statuses)
if 200 not in statuses or 503 not in statuses or 403 not in statuses:
    sys.exit("the load met no success, no failure or no denial")


def ask(path, **parameters):
    url = prometheus + path + "?" + urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)["data"]


def substituted(query):
    query = query.replace("$__rate_interval", "15s")
    return re.sub(r"\$(?:cluster|instance|route)\b", ".*", query)


def has_data(query):
    now = time.time()
    found = ask("/api/v1/query_range", query=query, start=now - seconds, end=now, step=1)["result"]
    return any(value[1] != "NaN" for series in found for value in series["values"])


dashboard = json.load(open(root + "/deploy/grafana/countersign.json", encoding="utf-8"))
queries = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", [])]
queries += [("annotation", each["expr"]) for each in dashboard["annotations"]["list"]]
empty = [f"{title}: {query}" for title, query in queries if not has_data(substituted(query))]
for variable in dashboard["templating"]["list"]:
    if variable["type"] == "query":
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"]).groups()
        if not ask(f"/api/v1/label/{label}/values", **{"match[]": substituted(series)}):
            empty.append(f"variable {variable['name']}")
rules = [rule for group in ask("/api/v1/rules")["groups"] for rule in group["rules"]]
faulty = [f"{rule['name']}: {rule.get('lastError')}" for rule in rules if rule["health"] != "ok"]
silent = [rule["name"] for rule in rules if rule["type"] == "recording" and not has_data(rule["name"])]
firing = sorted({rule["name"] for rule in rules if rule["type"] == "alerting" and rule["state"] != "inactive"})
print(f"{len(queries)} queries, {len(rules)} rules; alerts: {', '.join(firing)}")
for title, what in (("no data", empty), ("not evaluated", faulty), ("recorded nothing", silent)):
    for each in what:
        print(f"{title}: {each}", file=sys.stderr)
if empty or faulty or silent:
    sys.exit(1)
