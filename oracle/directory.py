"""Any directory of messages: what Tamis leaves as it is must be what all parsers agree on anyway.

Says by collection (the folders directly inside the directory) which share passed byte for byte, and lists each message
that was left as it is although parsers differ, with the reason if there is a known one.
"""

import collections
import os
import shutil

import judge
import reasons

HEADS = ("collection", "messages", "untouched", "share", "not agreed", "rewritten", "not agreed", "refused")
LINE = "{:28} {:>8} {:>9} {:>8} {:>10} {:>9} {:>10} {:>7}"


class Finding:
    """A message on whose delivered form parsers differ."""

    def __init__(self, path, untouched, why):
        self.path, self.untouched, self.why = path, untouched, why

    @property
    def explained(self):
        return all(self.why.values())


class Result:
    """What became of all messages."""

    def __init__(self):
        self.counts = collections.defaultdict(collections.Counter)
        self.findings = []

    def add(self, path, before, after, views):
        """One message: what came, what is delivered (None if refused), and what the parsers show of that."""
        count = self.counts[os.path.dirname(path).split(os.sep)[0] or "."]
        count["messages"] += 1
        if after is None:
            count["refused"] += 1
            return
        untouched = before == after
        kind = "untouched" if untouched else "rewritten"
        count[kind] += 1
        names = judge.differing(views)
        if names:
            count[f"{kind}, not agreed"] += 1
            self.findings.append(Finding(path, untouched, reasons.explain(after, names)))

    def unexplained(self):
        return [finding for finding in self.findings if not finding.explained]


def gather(source, target):
    """Copies every file of a directory into a flat one; {new name: old path, relative}."""
    os.makedirs(target)
    origin = {}
    for folder, folders, files in os.walk(source):
        folders.sort()
        for name in sorted(files):
            file, path = f"{len(origin):06}.eml", os.path.join(folder, name)
            shutil.copyfile(path, os.path.join(target, file))
            origin[file] = os.path.relpath(path, source)
    return origin


def report(result):
    """The result as text, for the screen."""
    lines = [LINE.format(*HEADS)]
    whole = collections.Counter()
    for name, count in sorted(result.counts.items()):
        whole.update(count)
        lines.append(LINE.format(name, *cells(count)))
    lines.append(LINE.format("all", *cells(whole)))
    lines += ["", "left as it is but not agreed, by reason:"]
    lines += [f"{number:6}  {reason}" for reason, number in kinds(result).most_common()]
    for finding in result.unexplained():
        kind = "untouched" if finding.untouched else "rewritten"
        lines.append(f"NOT EXPLAINED ({kind}) {finding.path}: {', '.join(finding.why)}")
    return "\n".join(lines)


def cells(count):
    share = f"{100 * count['untouched'] / max(1, count['messages']):.2f} %"
    return (count["messages"], count["untouched"], share, count["untouched, not agreed"], count["rewritten"],
            count["rewritten, not agreed"], count["refused"])


def kinds(result):
    """How many untouched messages there are for each reason."""
    count = collections.Counter()
    for finding in result.findings:
        if finding.untouched:
            count.update({reason.name if reason else "not known" for reason in finding.why.values()})
    return count


def write_table(result, path):
    """The result as a page of Markdown: shares, reasons, and every exception by name."""
    with open(path, "w") as file:
        file.write("\n".join(page(result)) + "\n")


def page(result):
    yield from ("# Mail that is left as it is", "",
                "Written by `make oracle MAIL=DIR EXCEPTIONS=FILE`; do not edit. See README.md for the collections.", "",
                "| collection | messages | untouched | share | untouched, not agreed | rewritten, not agreed |",
                "|---|---|---|---|---|---|")
    whole = collections.Counter()
    for name, count in sorted(result.counts.items()):
        whole.update(count)
        yield row(name, count)
    yield row("**all**", whole)
    yield from ("", "## Exceptions", "", "Parsers differ on these, and Tamis leaves them as they are.", "")
    for reason in reasons.REASONS:
        names = sorted(finding.path for finding in result.findings if finding.untouched and reason in finding.why.values())
        if names:
            yield from (f"### {reason.name}: {len(names)}", f"{', '.join(sorted(reason.parsers))}: {reason.what}.", "")
            yield from (f"- `{name}`" for name in names)
            yield ""
    rest = [finding for finding in result.unexplained()]
    if rest:
        yield from ("### Not explained", "")
        for finding in rest:
            kind = "untouched" if finding.untouched else "rewritten"
            yield f"- `{finding.path}` ({kind}): {', '.join(finding.why)}"


def row(name, count):
    messages, untouched, share, differing, _, rewritten, _ = cells(count)
    return f"| {name} | {messages} | {untouched} | {share} | {differing} | {rewritten} |"
