"""Driver: the email package of Python. Argument: the name of a policy, `compat32` or `default`."""

import base64
import email
import email.policy
import json
import sys


def encoded(value):
    if value is None:
        value = b""
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return base64.b64encode(value).decode("ascii")


def leaves(message):
    if message.is_multipart():
        for part in message.get_payload():
            yield from leaves(part)
        return
    try:
        content = message.get_payload(decode=True)
    except Exception:
        content = str(message.get_payload()).encode("utf-8", "surrogateescape")
    try:
        name = message.get_filename()
    except Exception:
        name = ""
    yield [encoded(message.get_content_type()), encoded(name), encoded(content)]


def answer(path, policy):
    try:
        with open(path, "rb") as file:
            message = email.message_from_binary_file(file, policy=policy)
        senders = [encoded(str(value)) for value in message.get_all("From", [])]
        return {"leaves": list(leaves(message)), "from": senders}
    except Exception as error:
        return {"leaves": [], "error": type(error).__name__}


def main():
    policy = getattr(email.policy, sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(line.rstrip("\n"), policy)), flush=True)


main()
