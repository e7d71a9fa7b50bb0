#!/usr/bin/env python3
"""Measures tamis on messages that are hard to read: time, peak memory and what it says of each.

Usage: limits.py TAMIS DIR    (DIR as the example `hard` of this folder has filled it)

Prints the rows of the table in docs/limits.md. The messages are read with the default policy and limits raised in size
only, and nothing is written. Times depend on the machine; the baseline is `cat` of the same file into /dev/null.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

DEADLINE = 120
CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "limits.toml")


def run(argv, out=subprocess.DEVNULL):
    """Seconds, peak resident MiB and exit status of one process."""
    start = time.monotonic()
    process = subprocess.Popen(argv, stdout=out, stderr=subprocess.DEVNULL)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - start > DEADLINE:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            break
        time.sleep(0.002)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - start, usage.ru_maxrss / 1024, process.returncode


def said(line):
    """The limit or the defects that the report names, and the verdict."""
    report = json.loads(line)
    names = [d["name"] for d in report["defects"] if d["class"] == "limit"] or [
        d["name"] for d in report["defects"] if d["class"] == "ambiguous"]
    return ", ".join(names) or "nothing", report["verdict"]


def main():
    tamis, folder = sys.argv[1:3]
    print("| Input | MB | seconds | of these `cat` | peak MiB | found | verdict |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(os.listdir(folder), key=lambda n: os.stat(os.path.join(folder, n)).st_mtime_ns):
        path = os.path.join(folder, name)
        cat, _, _ = run(["cat", path])
        with tempfile.TemporaryFile() as report:
            seconds, peak, status = run(
                [tamis, "sanitize", "--dry-run", "--report", "json", "--config", CONFIG, path], report)
            report.seek(0)
            line = report.readline()
        found, verdict = said(line) if line else (f"exit status {status}", "none")
        size = os.path.getsize(path) / 1e6
        print(f"| {name} | {size:.1f} | {seconds:.2f} | {cat:.2f} | {peak:.0f} | {found} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
