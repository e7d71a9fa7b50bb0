"""The mail parsers that the oracle asks, each as a process of its own.

A driver is a small program around one parser. It reads paths from its standard input, one to a line, and answers each
with one line of JSON: {"leaves": [[type, name, content], ...], "from": [...], "error": "..."}. Every string in it is
base64, so that no octet is lost and no driver has to escape anything.

Extractors are command-line programs that write what they find into a directory: they have no driver.
"""

import base64
import concurrent.futures
import hashlib
import json
import os
import selectors
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = os.path.join(HERE, "drivers")

# Seconds that a parser may think about one message. Some never end on hostile mail: no answer is an answer. A driver that
# has just been started has to load its library first.
PATIENCE = 2
PATIENCE_AT_START = 20

# Drivers by name, and the command that starts each; {build} is where install.sh puts what it compiled.
COMMANDS = {
    "python-compat32": ["python3", "{drivers}/python_email.py", "compat32"],
    "python-default": ["python3", "{drivers}/python_email.py", "default"],
    "perl-mime-parser": ["perl", "{drivers}/perl.pl", "MIME::Parser"],
    "perl-email-mime": ["perl", "{drivers}/perl.pl", "Email::MIME"],
    "perl-mail-box": ["perl", "{drivers}/perl.pl", "Mail::Message"],
    "spamassassin": ["perl", "{drivers}/perl.pl", "Mail::SpamAssassin::Message"],
    "ruby-mail": ["ruby", "{drivers}/ruby_mail.rb"],
    "php-mailparse": ["php", "{drivers}/php.php", "mailparse"],
    "php-horde": ["php", "{drivers}/php.php", "horde"],
    "node-mailparser": ["node", "{drivers}/node.mjs", "{build}/node", "mailparser"],
    "node-postal-mime": ["node", "{drivers}/node.mjs", "{build}/node", "postal-mime"],
    "node-emailjs": ["node", "{drivers}/node.mjs", "{build}/node", "emailjs-mime-parser"],
    "go-net-mail": ["{build}/go-reader", "net-mail"],
    "go-message": ["{build}/go-reader", "go-message"],
    "go-enmime": ["{build}/go-reader", "enmime"],
    "java-mail": ["java", "-Xmx512m", "-cp", "{build}/java:{jars}", "JavaMail"],
    "java-mime4j": ["java", "-Xmx512m", "-cp", "{build}/java:{jars}", "Mime4j"],
    "gmime": ["{build}/gmime-reader"],
    "libetpan": ["{build}/etpan-reader"],
    "vmime": ["{build}/vmime-reader"],
    "rspamd": ["rspamadm", "lua", "-b", "{drivers}/rspamd.lua"],
    "rust-mail-parser": ["{build}/rust-reader", "mail-parser"],
    "rust-mailparse": ["{build}/rust-reader", "mailparse"],
}

# These show mail to people or look for files: they merge, convert or invent parts. What they get out counts, what they
# think the structure is does not.
FINDERS = {"node-mailparser", "node-postal-mime", "node-emailjs", "munpack", "ripmime", "uudeview"}

# Each command-line extractor, run inside an empty directory.
EXTRACTORS = {
    "munpack": lambda path: ["munpack", "-f", "-q", "-t", path],
    "ripmime": lambda path: ["ripmime", "-i", path, "-d", "."],
    "uudeview": lambda path: ["uudeview", "-a", "-i", "-q", "-o", "-p", ".", path],
}

PROBE = (
    b"From: a@example.org\r\nSubject: probe\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"edge\"\r\n\r\n"
    b"--edge\r\nContent-Type: text/plain\r\n\r\ntext\r\n--edge\r\nContent-Type: application/octet-stream; name=\"a.bin\"\r\n"
    b"Content-Disposition: attachment; filename=\"a.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\ncHJvYmU=\r\n--edge--\r\n"
)


class Leaf:
    """What one parser shows of one part."""

    def __init__(self, media_type, name, content):
        self.media_type = media_type.strip().lower()
        self.name = name
        self.size = len(content)
        self.squeezed = content.translate(None, b" \t\r\n")
        self.digest = hashlib.sha256(self.squeezed).hexdigest()[:20]

    @property
    def is_text(self):
        return not self.media_type or self.media_type.startswith("text")

    @property
    def is_blank(self):
        return not self.squeezed


class Answer:
    """What one parser shows of one message."""

    def __init__(self, leaves, senders=(), error=None):
        self.leaves, self.senders, self.error = leaves, list(senders), error


class Driver:
    """A running driver; started again when it dies or takes too long."""

    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, path):
        patience = PATIENCE
        if self.process is None:
            self.start()
            patience = PATIENCE_AT_START
        try:
            self.process.stdin.write(os.fsencode(path) + b"\n")
            self.process.stdin.flush()
            line = self.read_line(patience)
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.stop()
            return Answer([], error="no answer")
        return decode(line)

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0)
        self.ready = selectors.DefaultSelector()
        self.ready.register(self.process.stdout, selectors.EVENT_READ)

    def read_line(self, patience):
        pieces = []
        while not (pieces and pieces[-1].endswith(b"\n")):
            if not self.ready.select(patience):
                break
            piece = os.read(self.process.stdout.fileno(), 1 << 20)
            if not piece:
                break
            pieces.append(piece)
        return b"".join(pieces)

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.ready.close()
            self.process = None


def decode(line):
    try:
        said = json.loads(line)
        leaves = [Leaf(text(kind), text(name), base64.b64decode(content)) for kind, name, content in said["leaves"]]
        return Answer(leaves, [text(sender) for sender in said.get("from", [])], said.get("error"))
    except (ValueError, KeyError, TypeError):
        return Answer([], error="unreadable answer")


def text(encoded):
    return base64.b64decode(encoded).decode("utf-8", "replace")


class Extractor:
    """A command-line program that unpacks a message into a directory."""

    def __init__(self, command):
        self.command = command

    def ask(self, path):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                subprocess.run(self.command(os.path.abspath(path)), cwd=scratch, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE)
            except (OSError, subprocess.TimeoutExpired):
                return Answer([], error="no answer")
            leaves = []
            for folder, _, files in os.walk(scratch):
                for name in sorted(files):
                    with open(os.path.join(folder, name), "rb") as file:
                        leaves.append(Leaf("", name, file.read()))
            return Answer(leaves)

    def stop(self):
        pass


def present(build):
    """The readers that work here, and the names of those that do not."""
    jars = read_text(os.path.join(build, "jars"))
    fill = {"{drivers}": DRIVERS, "{build}": build, "{jars}": jars}
    made = {name: Driver([replace(word, fill) for word in command]) for name, command in COMMANDS.items()}
    made.update({name: Extractor(command) for name, command in EXTRACTORS.items() if shutil.which(name)})
    working = {}
    with tempfile.TemporaryDirectory() as scratch:
        probe = os.path.join(scratch, "probe.eml")
        with open(probe, "wb") as file:
            file.write(PROBE)
        for name, reader in made.items():
            if any(leaf.squeezed == b"probe" for leaf in attempt(reader, probe).leaves):
                working[name] = reader
            reader.stop()
    every = list(COMMANDS) + list(EXTRACTORS)
    return working, [name for name in every if name not in working]


def attempt(reader, path):
    try:
        return reader.ask(path)
    except OSError:
        return Answer([], error="does not start")


def replace(word, fill):
    for key, value in fill.items():
        word = word.replace(key, value)
    return word


def read_text(path):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return ""


def ask_all(readers, paths, digest):
    """{path: {reader: digest(path, answer)}}, all readers side by side."""
    answers = {path: {} for path in paths}

    def run(name):
        for path in paths:
            answers[path][name] = digest(path, attempt(readers[name], path))
        readers[name].stop()

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for done in [pool.submit(run, name) for name in readers]:
            done.result()
    return answers
