"""The parts of scripts/bench that measure what a request, a start and a rest cost."""

import os
import re
import socket
import time

from rig import Failed, GcLog, median, memory, cpu_seconds, threads

ROUNDS = int(os.environ.get("ROUNDS", 5))
SECONDS = int(os.environ.get("SECONDS_EACH", 8))
WARM_UP = int(os.environ.get("WARM_UP", 45))


def cost(rig, port, process, connections):
    """Microseconds of CPU time for each request, and requests a second."""
    before = cpu_seconds(process)
    requests = rig.wrk(port, connections, SECONDS)
    return (cpu_seconds(process) - before) / requests * 1e6, requests / SECONDS


def rounded(values, digits=1):
    return ", ".join(f"{value:.{digits}f}" for value in values)


def cpu(rig, report):
    """CPU time of a signed POST of 5 KiB, beside nginx and HAProxy that do not sign; and with 500 connections."""
    upstream, _ = rig.lean_upstream()
    log = GcLog(rig.work / "gc-cpu.log")
    port, ours = rig.countersign(upstream, "event-loops = 1", more=[log.option])
    theirs = {"nginx": rig.nginx_proxy(upstream), "HAProxy": rig.haproxy(upstream)}
    rig.wrk(port, 50, WARM_UP)
    for each, _ in theirs.values():
        rig.wrk(each, 50, 2)
    log.read()
    costs = {"ours": [], "nginx": [], "HAProxy": []}
    rates = {name: [] for name in costs}
    requests = 0
    for _ in range(ROUNDS):
        for name, (at, process) in {"ours": (port, ours), **theirs}.items():
            micros, rate = cost(rig, at, process, 50)
            costs[name].append(micros)
            rates[name].append(rate)
            requests += rate * SECONDS if name == "ours" else 0
    gc = log.read()
    for name in theirs:
        ratios = [a / b for a, b in zip(costs["ours"], costs[name])]
        report.add(f"cpu.{name.lower()}", f"CPU time of a signed 5 KiB POST, 50 connections, over {name}'s", round(median(ratios), 2), "",
                   1.25 if name == "nginx" else None, f"rounds: {rounded(ratios, 2)}")
    for name in costs:
        report.add(f"cpu.micros.{name.lower()}", f"the same of {'Countersign' if name == 'ours' else name}",
                   round(median(costs[name]), 1), "µs", None, f"rounds: {rounded(costs[name])}; {median(rates[name]):,.0f} requests a second")
    report.add("garbage", "garbage of a request", round(gc["allocated"] / requests / 1024, 1), "KiB", 4,
               f"{sum(gc['collections'].values())} collections in {requests:,.0f} requests")
    rig.stop(ours)
    many(rig, report, upstream)


def many(rig, report, upstream):
    # As many as fit the limits of 1 GiB, so that nobody is refused; both with the same process.
    port, ours = rig.countersign(upstream, "event-loops = 1", flags=rig.large_flags)
    rig.wrk(port, 50, WARM_UP * 2 // 3)
    rig.wrk(port, 500, 5)
    ratios = []
    for _ in range(ROUNDS):
        few, _ = cost(rig, port, ours, 50)
        many_, _ = cost(rig, port, ours, 500)
        ratios.append(many_ / few)
    report.add("cpu.500", "CPU time at 500 connections, over our own at 50", round(median(ratios), 2), "", 1.2, f"rounds: {rounded(ratios, 2)}")


def http2(rig, report):
    """What the upstream's side alone costs a request: our HTTP/1.1, beside Netty's HTTP/2 over few connections."""
    streams, connections = 50, 2
    upstream, _ = rig.lean_upstream()
    loads = {name: rig.upstream_load(name, upstream, streams, connections) for name in ("http1", "http2")}
    for load in loads.values():
        load(WARM_UP)
    costs, rates = {name: [] for name in loads}, {name: [] for name in loads}
    for _ in range(ROUNDS):
        for name, load in loads.items():
            requests, micros = load(SECONDS)
            costs[name].append(micros)
            rates[name].append(requests / SECONDS)
    for name in loads:
        what = f"HTTP/2, {connections} connections" if name == "http2" else "HTTP/1.1"
        report.add(f"http2.micros.{name}", f"CPU time of the upstream's side of a 5 KiB POST, {streams} at once: {what}", round(median(costs[name]), 1),
                   "µs", None, f"rounds: {rounded(costs[name])}; {median(rates[name]):,.0f} requests a second")
    ratios = [b / a for a, b in zip(costs["http1"], costs["http2"])]
    report.add("http2", "the same: HTTP/2 over HTTP/1.1", round(median(ratios), 2), "", None, f"rounds: {rounded(ratios, 2)}")


def tail(rig, report):
    """1,000 requests a second at a constant rate: latencies beside nginx and HAProxy, and pauses."""
    upstream, _ = rig.steady_upstream()
    log = GcLog(rig.work / "gc-tail.log")
    port, ours = rig.countersign(upstream, more=[log.option])
    time.sleep(3)
    log.read()
    young = rig.constant_rate(port, 1000, 20, warm_up=0)
    stops = log.read()
    report.add("tail.young.p99", "1,000 requests a second to a process of 3 s, for 20 s: p99", round(young["latency"]["p99"] / 1000, 2), "ms",
               None, f"longest latency {young['latency']['max'] / 1000:.1f} ms, longest pause {stops['longest']:.1f} ms")
    rig.wrk(port, 50, WARM_UP * 2 // 3)
    proxies = {"ours": port, "nginx": rig.nginx_proxy(upstream)[0], "HAProxy": rig.haproxy(upstream)[0]}
    for name in ("nginx", "HAProxy"):
        rig.constant_rate(proxies[name], 1000, 1, 1)
    log.read()
    rounds = {name: [] for name in proxies}
    longest = 0
    for _ in range(min(ROUNDS, 3)):
        for name, at in proxies.items():
            result = rig.constant_rate(at, 1000, SECONDS + 4)
            if set(result["status"]) != {"200"} or result["unsent"]:
                raise Failed(f"{name}: {result['status']}, {result['unsent']} not sent in time")
            rounds[name].append(result["latency"])
        longest = max(longest, log.read()["longest"])
    for at, goal in (("p50", 0.05), ("p99", 0.5)):
        above = [(a[at] - b[at]) / 1000 for a, b in zip(rounds["ours"], rounds["nginx"])]
        detail = "; ".join(f"{'Countersign' if name == 'ours' else name} {rounded([each[at] / 1000 for each in all_], 2)}"
                           for name, all_ in rounds.items())
        report.add(f"tail.{at}", f"1,000 requests a second, warm: {at} above nginx's", round(median(above), 2), "ms", goal, detail)
    slowest = {name: max(each["max"] for each in all_) / 1000 for name, all_ in rounds.items()}
    report.add("tail.longest", "the same: longest pause of the JVM", round(longest, 1), "ms", 10)
    report.add("tail.slowest", "the same: longest latency", round(slowest["ours"], 1), "ms", None,
               f"nginx {slowest['nginx']:.1f}, HAProxy {slowest['HAProxy']:.1f}")


def memory_part(rig, report):
    """Resident memory, idle and after load, private and mapped from files apart."""
    upstream, _ = rig.lean_upstream()
    port, ours = rig.countersign(upstream)
    time.sleep(5)
    idle = memory(ours)
    report.add("memory.idle", "idle: VmRSS", idle["VmRSS"], "MiB", 80, f"mapped from files (RssFile) {idle['RssFile']} MiB; {threads(ours)} threads")
    report.add("memory.idle.private", "idle: private (RssAnon)", idle["RssAnon"], "MiB", 45)
    rig.wrk(port, 50, WARM_UP)
    loaded = memory(ours)
    time.sleep(10)
    later = memory(ours)
    report.add("memory.loaded", "after load: VmRSS", loaded["VmRSS"], "MiB", 104,
               f"private {loaded['RssAnon']}, mapped {loaded['RssFile']} MiB; 10 s later {later['VmRSS']}, private {later['RssAnon']} MiB")


def first_answer(rig, upstream, scheme, archive=True):
    """Milliseconds from the start of the JVM to the status of the first signed request."""
    config, port, _ = rig.configuration(upstream, scheme=scheme)
    started = time.monotonic()
    process = rig.spawn(rig.command(config, archive=archive), "measured", "start.log")
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), 1)
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > started + 60:
                raise Failed(f"no start: {process.log.read_text()[-2000:]}") from None
            time.sleep(0.002)
    with connection:
        connection.settimeout(60)
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        answer = connection.recv(4096)
    took = (time.monotonic() - started) * 1000
    spent = cpu_seconds(process) * 1000
    rig.stop(process)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise Failed(f"the first answer was {answer[:200]!r}")
    return took, spent


def start(rig, report):
    """The first signed answer after a start, with a plain upstream and with TLS."""
    tls, plain = rig.steady_upstream()
    first_answer(rig, tls, "https")  # fills the disk's cache
    for scheme, upstream, goal in (("http", plain, 250), ("https", tls, 350)):
        took = [first_answer(rig, upstream, scheme) for _ in range(ROUNDS)]
        report.add(f"start.{scheme}", f"first signed answer, with the archive, {'TLS' if scheme == 'https' else 'plain'} upstream",
                   round(median([each[0] for each in took])), "ms", goal,
                   f"rounds: {rounded([each[0] for each in took], 0)}; CPU time {median([each[1] for each in took]):.0f} ms")
    took = [first_answer(rig, tls, "https", archive=False) for _ in range(2)]
    report.add("start.bare", "the same without the archive, TLS upstream", round(median([each[0] for each in took])), "ms")


def jmh(rig, arguments, seconds):
    out = rig.output([rig.java, "-Djmh.ignoreLock=true", "-cp", rig.class_path, "org.openjdk.jmh.Main", *arguments], seconds, "measured")
    lines = out[out.rindex("\nBenchmark "):].strip().splitlines()
    print("\n".join("  " + line for line in lines if "gc." not in line or "norm" in line))
    # The score is before "±", or, with one iteration, before the unit; parameters are between the name and the mode.
    pattern = re.compile(r"^(\S+)\s+(.*?)\s*avgt\s+\d*\s+([\d.]+)\s+(?:±\s+[\d.]+\s+)?(\S+)$")
    return [match.groups() for match in map(pattern.match, lines) if match]


def signing(rig, report):
    """The signature alone, with JMH."""
    scores = {name.split(".", 1)[1]: float(score) for name, _, score, _ in jmh(
        rig, ["SigningBenchmark", "-prof", "gc", "-f", "1", "-wi", "5", "-w", "2", "-i", "5", "-r", "2"], 280)}
    digest = scores["bodyHashAlone"]
    for name, what, goal in (("ours", "signing a body of 1 KB, above its SHA-256", 1.5), ("oursWithTokenOf1Kb", "the same with a token of 1 KB", 2.5)):
        report.add(f"signing.{name}", what, round((scores[name] - digest) / 1000, 2), "µs", goal,
                   f"{scores[name + ':gc.alloc.rate.norm'] / 1000:.1f} KB of garbage; the SDK takes {(scores['awsSdk'] - digest) / 1000:.1f} µs")


def lists(rig, report):
    """What it takes to look a caller up, with JMH."""
    rows = jmh(rig, ["ListBenchmark.(denied|allowed)", "-f", "1", "-wi", "1", "-w", "1", "-i", "2", "-r", "1"], 400)
    worst = max(rows, key=lambda row: float(row[2]))
    report.add("lists", "looking a caller up, the slowest of all lists", round(float(worst[2])), "ns", 200, f"{worst[0].split('.')[-1]} {worst[1]}")
