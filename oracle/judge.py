"""What the answers of many parsers to one message say about it."""

import collections

from readers import EXTRACTORS, FINDERS


class Fate:
    """What must become of a message: a line of the index that the generator writes."""

    def __init__(self, line):
        self.file, self.kind, self.mark, load, tricks = line.rstrip("\n").split("\t")
        self.load, self.tricks = load, tricks.split()

    @property
    def group(self):
        if self.kind == "sound":
            return "sound"
        return self.tricks[0].split("-")[0] if len(self.tricks) == 1 else f"{len(self.tricks)} tricks"


class View:
    """The part of an answer that is kept: small, so that many thousands fit."""

    def __init__(self, answer, fate=None):
        seen = [leaf for leaf in answer.leaves if not leaf.is_blank]
        self.files = tuple(sorted(leaf.digest for leaf in seen if not leaf.is_text))
        self.texts = sum(leaf.is_text for leaf in seen)
        self.every = collections.Counter(leaf.digest for leaf in seen)
        self.types = {leaf.media_type for leaf in answer.leaves}
        self.reached = bool(fate and fate.mark) and any(shows(leaf, fate) for leaf in seen)
        self.error = answer.error

    @property
    def shape(self):
        return self.files, self.texts


def shows(leaf, fate):
    """Whether the load can be had from this leaf: its mark stands in it, in ASCII or UTF-16."""
    mark = fate.mark.encode("ascii")
    return mark in leaf.squeezed or b"\0".join(mark[i:i + 1] for i in range(len(mark))) in leaf.squeezed


def reached(views):
    """The readers that get at the load."""
    return sorted(name for name, view in views.items() if view.reached)


def lost(before, after, digest=None):
    """The readers that had something before and have it no more: the load, or any leaf if there is no digest.

    Extractors are no mail programs: what they alone found is nothing that anybody misses.
    """
    def keeps(name):
        if digest is not None:
            return digest not in before[name].every or digest in after[name].every
        return not before[name].every - after[name].every
    return sorted(name for name in before if name not in EXTRACTORS and not keeps(name))


def differing(views):
    """The readers that see other leaves than most do, none if all agree.

    Left out where a parser has another idea of what a leaf is, which hides nothing: mailparse of PHP does not open
    attached messages; Python makes parts of the fields of a report.
    """
    types = set().union(*(view.types for view in views.values())) if views else set()
    left_out = set(FINDERS)
    if "message/rfc822" in types:
        left_out.add("php-mailparse")
    if any(kind.startswith("message/") and kind != "message/rfc822" for kind in types):
        left_out |= {"python-compat32", "python-default"}
    camps = collections.defaultdict(list)
    for name, view in views.items():
        if name not in left_out:
            camps[view.shape].append(name)
    order = sorted(camps, key=lambda shape: len(camps[shape]), reverse=True)
    others = (name for shape in order[1:] for name in camps[shape] if not repeats(name, shape, order[0]))
    return sorted(others)


def repeats(name, shape, most):
    """Whether a reader shows what most do, but some of it several times.

    rspamd lists what a message holds once more for each message that lies directly in another one around it.
    """
    (files, texts), (most_files, most_texts) = shape, most
    same = set(files) == set(most_files) and bool(texts) == bool(most_texts)
    return name == "rspamd" and same
