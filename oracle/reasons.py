"""Why a parser sees other leaves of a message that Tamis leaves as it is, where that is known and nothing is to be done.

Each reason names the parsers that it excuses, and tells from the octets of a message whether it applies.
"""

import collections
import re

PARTS_MOST = 300


class Reason:
    """One kind of exception: a short name, the parsers, what they do, and whether a message is of that kind."""

    def __init__(self, name, parsers, what, applies):
        self.name, self.parsers, self.what, self.applies = name, set(parsers), what, applies


def matches(pattern):
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    return lambda octets: bool(compiled.search(octets))


def holds_nothing_but_a_message(octets):
    """Whether the header section of the message, or of one attached to it, says message/rfc822 itself."""
    sections = re.split(rb"\r?\n\r?\n", octets)
    attached = re.compile(rb"^content-type:\s*message/rfc822", re.IGNORECASE | re.MULTILINE)
    says = [bool(attached.search(section)) for section in sections]
    return says[0] or any(one and following for one, following in zip(says, says[1:]))


REASONS = [
    Reason("opaque signature", ["rspamd"],
           "opens the envelope of opaquely signed S/MIME, as others would open an archive",
           matches(rb"^content-type:\s*application/(x-)?pkcs7-mime")),
    Reason("attached report", ["rspamd"],
           "opens the fields of a report as a message (`message/feedback-report`)",
           matches(rb"^content-type:\s*message/feedback-report")),
    Reason("message in message", ["rspamd", "rust-mail-parser"],
           "shows the parts of a message that holds nothing but a message twice, or (mail-parser) none behind it",
           holds_nothing_but_a_message),
    Reason("named message", ["ruby-mail"],
           "shows an attached message that has a file name as a file",
           matches(rb"^content-type:\s*message/rfc822;(.*\n[ \t])*.*name=")),
    Reason("many parts", ["php-mailparse"],
           f"stops at {PARTS_MOST} parts",
           lambda octets: len(re.findall(rb"^--", octets, re.MULTILINE)) > PARTS_MOST),
    Reason("no final line end", ["php-mailparse"],
           "drops the last line if it has no line end; over SMTP every line has one",
           lambda octets: not octets.endswith(b"\n")),
    Reason("no body", ["php-mailparse", "libetpan"],
           "takes the fields of a message that ends with them for its text",
           lambda octets: not re.search(rb"\r?\n\r?\n", octets)),
]


def explain(octets, names):
    """{parser: the reason why it differs, or None} for the parsers that see other leaves of a message."""
    found = collections.OrderedDict()
    for name in names:
        fitting = (reason for reason in REASONS if name in reason.parsers and reason.applies(octets))
        found[name] = next(fitting, None)
    return found
