#!/usr/bin/env python3
"""Checks against many independent mail parsers that what Tamis delivers has one reading.

Without --mail: generated messages, each with a load hidden by one to three tricks. No parser may get a forbidden load
out of what Tamis makes of them; all must agree on the leaves; whoever got a harmless load before must still get it.

With --mail DIR: any directory of messages. All parsers must agree on what is delivered, changed or not, but for known
reasons; says which share passed byte for byte.

Exit status: 0 all is well, 1 something is not, 2 the oracle cannot run.
"""

import argparse
import base64
import collections
import os
import shutil
import subprocess
import sys

import directory
import judge
import readers

TABLE = "{:10} {:>8} {:>8} {:>8} {:>8} {:>9}"


def main():
    options = arguments()
    shutil.rmtree(options.work, ignore_errors=True)
    os.makedirs(options.work)
    working, missing = readers.present(options.build)
    print(f"{len(working)} parsers: {', '.join(sorted(working))}")
    if missing:
        print(f"NOT HERE, see oracle/install.sh: {', '.join(missing)}")
    if len(set(working) - readers.FINDERS) < 2:
        print("fewer than two parsers that read structure: nothing can be compared", file=sys.stderr)
        return 2
    only = set(filter(None, options.only.split(",")))
    working = {name: reader for name, reader in working.items() if not only or name in only}
    check = check_directory if options.mail else check_generated
    return 1 if check(options, working) else 0


def arguments():
    root = os.path.dirname(readers.HERE)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mail", help="a directory of messages to check instead of generated ones")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other messages")
    parser.add_argument("--combinations", type=int, default=600, help="messages with several tricks (default 600)")
    parser.add_argument("--only", default="", help="only these parsers, separated by commas")
    parser.add_argument("--tamis", default=os.path.join(root, "target/debug/tamis"))
    parser.add_argument("--generator", default=os.path.join(root, "target/debug/examples/ambiguous"))
    parser.add_argument("--build", default=os.path.join(root, "target/oracle"), help="where install.sh put the drivers")
    parser.add_argument("--work", default=os.path.join(root, "target/oracle-work"), help="emptied, then filled")
    parser.add_argument("--exceptions", help="with --mail: write what is left as it is, and why, as a page of Markdown")
    parser.add_argument("--policy", help="another policy than the built-in one")
    return parser.parse_args()


def check_generated(options, working):
    subprocess.run([options.generator, options.work, str(options.seed), str(options.combinations)], check=True)
    with open(os.path.join(options.work, "index.tsv")) as file:
        fates = [judge.Fate(line) for line in file]
    dirty, clean = (os.path.join(options.work, name) for name in ("mail", "clean"))
    sanitize(options, dirty, clean)
    before = views(working, dirty, [fate for fate in fates if fate.kind != "removed"])
    after = views(working, clean, fates)
    totals = collections.defaultdict(collections.Counter)
    guilty = collections.Counter()
    for fate in fates:
        wrong = judge_one(fate, before.get(fate.file), after.get(fate.file))
        count = totals[fate.group]
        count["messages"] += 1
        count["refused"] += fate.file not in after
        for kind, names in wrong.items():
            count[kind] += 1
            guilty.update(names)
            print(f"{fate.file} {kind}: {', '.join(names)} | {fate.kind} | {' '.join(fate.tricks)}")
    print_table(totals)
    if guilty:
        print("by parser:", ", ".join(f"{name} {count}" for name, count in guilty.most_common()))
    return bool(guilty)


def judge_one(fate, before, after):
    """What is wrong with one result: {kind of failure: the parsers that show it}."""
    if after is None:
        # A refused message reaches nobody. A harmless one has to arrive if a reader could use it.
        return {"lost": ["refused"]} if fate.kind == "sound" else {}
    wrong = {}
    if fate.kind == "removed":
        wrong["reached"] = judge.reached(after)
    elif fate.kind == "kept":
        wrong["lost"] = judge.lost(before, after, digest_of(fate))
    else:
        wrong["lost"] = judge.lost(before, after)
    wrong["differing"] = judge.differing(after)
    return {kind: names for kind, names in wrong.items() if names}


def digest_of(fate):
    return readers.Leaf("", "", base64.b64decode(fate.load)).digest


def print_table(totals):
    print(TABLE.format("group", "messages", "refused", "reached", "lost", "differing"))
    whole = collections.Counter()
    for group in sorted(totals):
        whole.update(totals[group])
        print_row(group, totals[group])
    print_row("all", whole)


def print_row(name, count):
    print(TABLE.format(name, *(count[key] for key in ("messages", "refused", "reached", "lost", "differing"))))


def check_directory(options, working):
    dirty, clean = (os.path.join(options.work, name) for name in ("mail", "clean"))
    origin = directory.gather(options.mail, dirty)
    sanitize(options, dirty, clean)
    # What shows mail to people has no say in what the structure is.
    working = {name: reader for name, reader in working.items() if name not in readers.FINDERS}
    after = views(working, clean)
    result = directory.Result()
    for file, path in sorted(origin.items()):
        delivered = read(os.path.join(clean, file)) if file in after else None
        result.add(path, read(os.path.join(dirty, file)), delivered, after.get(file))
    print(directory.report(result))
    if options.exceptions:
        directory.write_table(result, options.exceptions)
    return bool(result.unexplained())


def sanitize(options, dirty, clean):
    """Runs Tamis; a message that it refuses or puts off has no file afterwards."""
    command = [options.tamis, "sanitize", dirty, "--output", clean, "--report", "none"]
    command += ["--policy", options.policy] if options.policy else []
    done = subprocess.run(command, check=False)
    if done.returncode not in (0, 1, 75):
        sys.exit(f"tamis ended with status {done.returncode}")


def views(working, directory, fates=None):
    """{file: {reader: view}} of the messages of a directory, or of those only whose fate is given."""
    fate_of = {fate.file: fate for fate in fates or ()}
    paths = sorted(entry.path for entry in os.scandir(directory) if entry.name.endswith(".eml"))
    paths = [path for path in paths if fates is None or os.path.basename(path) in fate_of]
    answers = readers.ask_all(working, paths, lambda path, answer: judge.View(answer, fate_of.get(os.path.basename(path))))
    return {os.path.basename(path): seen for path, seen in answers.items()}


def read(path):
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
