"""The parts of scripts/bench in which there is little of something: memory, processor time, places."""

import asyncio
import shutil
import threading
import time

from rig import ROOT, Failed, free_port, get, uploads


def shipped(rig, upstream):
    """The shipped configuration, with its upstream set. Returns the file, and the environment with ports of our own."""
    folder = rig.work / "conf"
    if not folder.exists():
        shutil.copytree(ROOT / "conf", folder)
    port, admin = free_port(), free_port()
    return folder / "countersign.conf", port, admin, {
        "COUNTERSIGN_LISTENERS_0_BIND": f"127.0.0.1:{port}", "COUNTERSIGN_ADMIN_BIND": f"127.0.0.1:{admin}",
        "COUNTERSIGN_ROUTES_GATEWAY_UPSTREAM": f"https://localhost:{upstream}/prod",
        "COUNTERSIGN_ROUTES_GATEWAY_SERVICE": "execute-api", "COUNTERSIGN_ROUTES_GATEWAY_REGION": "us-east-1",
        "COUNTERSIGN_ROUTES_GATEWAY_TLS_CA": str(rig.work / "ca.pem"), "COUNTERSIGN_DRAIN_QUIET": "10 ms",
        "AWS_ACCESS_KEY_ID": "AKIDBENCH", "AWS_SECRET_ACCESS_KEY": "bench-secret"}


def run_shipped(rig, upstream, group, seconds=60):
    """Returns the listener's port, the admin's, the process, and how many seconds it took to the first probe that passed."""
    config, port, admin, environment = shipped(rig, upstream)
    started = time.monotonic()
    # By the script, which finds the limits of the control group.
    process = rig.spawn([ROOT / "scripts/countersign", "run", "--config", config], "measured", f"shipped-{port}.log", group, environment)
    while get(admin, "/livez", 1)[0] != 200:
        if process.poll() is not None or time.monotonic() > started + seconds:
            raise Failed(f"no start within {seconds} s: {process.log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
    return port, admin, process, time.monotonic() - started


def only(statuses, *allowed):
    return {status: count for status, count in statuses.items() if status[0] not in allowed and status not in allowed}


def small_memory(rig, report):
    upstream, _ = rig.lean_upstream()
    group = rig.new_group(memory_mib=128)
    port, _, process, _ = run_shipped(rig, upstream, group)
    load = rig.constant_rate(port, 300, 15, connections=50)
    big = asyncio.run(uploads(port, 1000, 10_000_000))
    after = rig.constant_rate(port, 100, 3, connections=10)
    wrong = sum(only(load["status"], "2", "503").values()) + load["failed"] + load["unsent"] + sum(only(big, "2", "503").values())
    report.add("limits.128.wrong", "128 MiB, shipped configuration: 50 connections, then 1,000 uploads of 10 MB at once: neither 2xx nor 503",
               wrong, "", 0, f"4,500 requests: {load['status']}; uploads: {big}; at most {group.peak_mib()} MiB charged, caches included")
    alive = process.poll() is None and group.killed() == 0 and set(after["status"]) == {"200"}
    report.add("limits.128.killed", "the same: killed, or not serving afterwards", 0 if alive else 1, "", 0, f"afterwards {after['status']}")
    rig.stop(process)


def probed(rig, port, admin, seconds):
    """100 requests a second, and a probe a second: the load's result, and how long each probe took; None is one that was lost."""
    probes, done = [], threading.Event()

    def probe():
        while not done.is_set():
            started = time.monotonic()
            passed = get(admin, "/livez", 1)[0] == 200  # 1 s is what Kubernetes waits
            probes.append(time.monotonic() - started if passed else None)
            done.wait(max(0, started + 1 - time.monotonic()))

    prober = threading.Thread(target=probe)
    prober.start()
    try:
        return rig.constant_rate(port, 100, seconds, warm_up=0, connections=20), probes
    finally:
        done.set()
        prober.join()


def small_processor(rig, report):
    upstream, _ = rig.lean_upstream()
    group = rig.new_group(processors=0.1)
    port, admin, process, took = run_shipped(rig, upstream, group, 120)
    report.add("limits.core.start", "a tenth of a core: from start to the first probe that passes", round(took, 1), "s")
    for key, when in (("cold", "from the start on"), ("warm", "after that")):
        load, probes = probed(rig, port, admin, 30)
        lost = probes.count(None)
        report.add(f"limits.core.served.{key}", f"the same, {when}: of 3,000 requests at 100 a second, answered 2xx",
                   load["status"].get("200", 0), "", (">=", 3000),
                   f"{load['status']}, {load['unsent']} not sent in time; p50 {load['latency'].get('p50', 0) / 1000:.0f} ms, "
                   f"p99 {load['latency'].get('p99', 0) / 1000:.0f} ms")
        report.add(f"limits.core.probes.{key}", f"the same, {when}: probes (one a second) without an answer within 1 s", lost, "", 0,
                   f"of {len(probes)}; the slowest that passed took {max((each for each in probes if each), default=0) * 1000:.0f} ms")
    rig.stop(process)


def overload(rig, report):
    places, delay, seconds = 10, 100, 60
    capacity = places * 1000 // delay
    upstream, _ = rig.lean_upstream(delay)
    port, process = rig.countersign(upstream, f"in-flight = {places}")
    rig.constant_rate(port, capacity // 2, 3, connections=10)
    load = rig.constant_rate(port, 3 * capacity, seconds, connections=100)
    time.sleep(5)
    normal = rig.constant_rate(port, capacity // 2, 5, warm_up=0, connections=10)
    good, refused = load["status"].get("200", 0) / seconds / capacity, load["took"].get("5xx", {"count": 0})
    what = f"3 times a capacity of {capacity} requests a second for a minute"
    report.add("limits.overload.goodput", f"{what}: goodput", round(good, 2), "", (">=", 0.9), f"{load['status']}")
    report.add("limits.overload.wait", "the same: longest of the requests that were served", round(load["took"]["2xx"]["max"] / 1000), "ms", 5000 + 2 * delay,
               f"p50 {load['took']['2xx']['p50'] / 1000:.0f} ms; timeouts.wait is 5 s")
    other = sum(only(load["status"], "200", "503").values()) + load["failed"] + load["unsent"]
    report.add("limits.overload.other", "the same: neither 200 nor 503", other, "", 0)
    if refused["count"]:
        report.add("limits.overload.refused", "the same: p99 of the refusals", round(refused["p99"] / 1000, 1), "ms", 50,
                   f"{refused['count']} refusals, p50 {refused['p50'] / 1000:.1f}, longest {refused['max'] / 1000:.1f} ms")
    report.add("limits.overload.after", "5 s later, at half of the capacity: p99", round(normal["latency"]["p99"] / 1000), "ms", 2 * delay, f"{normal['status']}")
    rig.stop(process)


def limits(rig, report):
    """128 MiB; a tenth of a core; three times as many requests as there is capacity for."""
    for part in (small_memory, small_processor, overload):
        try:
            part(rig, report)
        except Failed as e:
            report.failures[f"limits ({part.__name__})"] = str(e)
            print(f"  {part.__name__}: {e}", flush=True)
