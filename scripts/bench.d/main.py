"""scripts/bench, which builds and finds everything, starts this."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import traceback

import limits
import parts
from report import Report
from rig import CPUS, PINNED, Failed, Rig

# In seconds, the longest that each may take.
PARTS = {
    "start": (parts.start, 180), "memory": (parts.memory_part, 240), "cpu": (parts.cpu, 600), "tail": (parts.tail, 400),
    "limits": (limits.limits, 500), "signing": (parts.signing, 300), "lists": (parts.lists, 420),
    "http2": (parts.http2, 500),
}


def too_long(*_):
    raise Failed("took too long")


def run(report, name):
    part, seconds = PARTS[name]
    print(f"\n{name}: {part.__doc__}", flush=True)
    started = time.monotonic()
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        with Rig() as rig:
            try:
                part(rig, report)
            finally:
                signal.alarm(0)
    except (Failed, OSError, ValueError, KeyError, subprocess.SubprocessError) as e:
        report.failures[name] = str(e) or type(e).__name__
        if not isinstance(e, Failed):
            traceback.print_exc()
        print(f"  {name} failed: {e}", flush=True)
    print(f"  ({time.monotonic() - started:.0f} s, load average {os.getloadavg()[0]:.1f})", flush=True)


def main():
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("parts", nargs="*")
    options.add_argument("--json")
    options.add_argument("--goals", action="store_true")
    chosen = options.parse_args()
    names = chosen.parts or [name for name in PARTS if name != "http2"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report()
    report.about = json.loads(os.environ["BENCH_ABOUT"]) | {
        "processors": len(CPUS), "load": os.getloadavg()[0], "flags": os.environ["BENCH_FLAGS"].split("\n"),
        "rounds": parts.ROUNDS, "seconds": parts.SECONDS, "warm-up": parts.WARM_UP,
        "affinity": {role: list(cpus) for role, cpus in PINNED.items()} or "none: fewer than four processors"}
    for key, value in report.about.items():
        print(f"{key}: {' '.join(value) if isinstance(value, list) else value}")
    for name in names:
        run(report, name)
    report.about["load at the end"] = os.getloadavg()[0]
    print(f"\nload average at the end: {os.getloadavg()[0]:.1f}\n\n{report.markdown()}")
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            file.write(report.json() + "\n")
    missed = report.missed()
    if report.failures or (chosen.goals and missed):
        print(f"\nfailed: {', '.join([*report.failures, *(missed if chosen.goals else [])])}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
