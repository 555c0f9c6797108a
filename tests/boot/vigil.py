# SPDX-License-Identifier: BSD-2-Clause
"""What the tests share: booting a board, and reading the audit log.

A board is tools/run with QEMU behind it. Nothing here sleeps or measures:
a test waits for what it wants to see, and fails when the board is gone or
silent for so long that nothing can be expected of it any more.
"""

import os
import re
import select
import signal
import struct
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("VIGIL_BUILD", ROOT / "build")).resolve()
GUEST = BUILD / "guest"
TEST = BUILD / "test"
PLATFORM = os.environ.get("VIGIL_PLATFORM", "qemu-virt")
VIGIL = BUILD / PLATFORM / "vigil.bin"

# Where tests/guest is linked, and a raw image may be.
RAW_ADDR = 0x40010000

# Of a whole boot. Generous: a machine of two cores may run other things too.
TIMEOUT = 150

# After one of these nothing more will come: no need to wait for the timeout.
HOPELESS = re.compile(r"vigil: PANIC[^\n]*\n|---\[ end Kernel panic|Initramfs unpacking failed[^\n]*\n")
STOP = r"vigil: stop: ([^\r\n]*)\r?\n"


class BoardError(AssertionError):
    """The board did not do what was waited for."""


class Board:
    """One boot. Everything it says goes to a log file too."""

    def __init__(self, log, *args, stdin=False, **options):
        """`options` are those of tools/run: smp=2 is --smp 2."""
        self.log = Path(log)
        self.text = ""
        self.seen = 0
        command = [str(ROOT / "tools/run"), *map(str, args)]
        for name, value in options.items():
            if value is not None:
                command += ["--" + name.replace("_", "-"), str(value)]
        self.file = open(self.log, "wb")
        self.file.write((" ".join(repr(word) for word in command) + "\n\n").encode())
        # Without the TMPDIR of pytest: QEMU's file names must stay short.
        self.child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.end()

    def end(self):
        """End it, wherever it is."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.child.stdout.close()
        if self.child.stdin:
            self.child.stdin.close()
        self.file.close()

    def read(self, deadline):
        """Read some output. Returns False at its end."""
        descriptor = self.child.stdout.fileno()
        wait = deadline - time.monotonic()
        if wait <= 0 or not select.select([descriptor], [], [], wait)[0]:
            raise BoardError(f"timed out; {self.tail()}")
        data = os.read(descriptor, 65536)
        self.file.write(data)
        self.file.flush()
        start = max(0, len(self.text) - 256)
        self.text += data.decode("latin-1")
        lost = HOPELESS.search(self.text, start)
        if lost:
            raise BoardError(f"{lost[0].strip()}; {self.tail()}")
        return bool(data)

    def tail(self, lines=25):
        """Where the log is, and how it ends."""
        end = "\n".join("    " + line for line in self.text.splitlines()[-lines:])
        return f"serial log {self.log} ends in:\n{end}"

    def expect(self, pattern, timeout=TIMEOUT):
        """Wait for a pattern behind the last one. Returns the match."""
        deadline = time.monotonic() + timeout
        pattern = re.compile(pattern)
        while True:
            match = pattern.search(self.text, self.seen)
            if match:
                self.seen = match.end()
                return match
            if not self.read(deadline):
                raise BoardError(f"ended before {pattern.pattern!r}; {self.tail()}")

    def send(self, text):
        """Type something."""
        self.child.stdin.write(text.encode())
        self.child.stdin.flush()

    def finish(self, timeout=TIMEOUT):
        """Wait for the guest's power-off, check that it was a clean one."""
        deadline = time.monotonic() + timeout
        while self.read(deadline):
            if re.search(STOP, self.text[-512:]):
                raise BoardError(f"the boot was stopped; {self.tail()}")
        code = self.child.wait(30)
        if code:
            raise BoardError(f"tools/run ended with {code}; {self.tail()}")
        return self

    @property
    def output(self):
        """What came after U-Boot's last words; all, where there is no U-Boot."""
        before, mark, after = self.text.partition("Starting kernel ...")
        return after if mark else before

    @property
    def guest(self):
        """What the guest wrote: the output without the monitor's lines."""
        return re.sub(r"@vigil [^\n]*\n", "", self.output).replace("\r", "")

    @property
    def audit(self):
        """The audit log of the boot, parsed."""
        return Audit(self.output)


class Port(Board):
    """Another serial port of a board: two FIFOs, for QEMU's `-serial` to be `.serial`."""

    def __init__(self, log, path):  # pylint: disable=super-init-not-called
        self.log = Path(log)
        self.text = ""
        self.seen = 0
        self.serial = f"pipe:{path}"
        ends = []
        # Whichever opens its end first waits for nobody: until QEMU does, there is nothing to read.
        for name, how in ((f"{path}.out", os.O_RDONLY | os.O_NONBLOCK), (f"{path}.in", os.O_RDWR)):
            os.mkfifo(name)
            ends.append(os.open(name, how))
        self.child = SimpleNamespace(stdout=open(ends[0], "rb", 0), stdin=open(ends[1], "wb", 0))
        self.file = open(self.log, "wb")

    def end(self):
        for file in (self.child.stdout, self.child.stdin, self.file):
            file.close()


def boot(log, *args, timeout=TIMEOUT, **options):
    """Boot until the guest powers off. Returns the finished board."""
    with Board(log, *args, **options) as board:
        return board.finish(timeout)


# ---- the audit log -----------------------------------------------------------

KEYS = ("s t c kind access size verdict would pc mode va ipa val reg old nr call args why tt ctx tp by "
        "n text")
Record = namedtuple("Record", KEYS.split())

RECORD = re.compile(
    r"@vigil s=(?P<s>[0-9a-f]+) t=(?P<t>\d+\.\d{6}) c=(?P<c>[0-7])"
    r" (?P<kind>mmio|mem|sysreg|syscall|call) (?P<access>smc|hvc|svc|vector|[rwx])(?P<size>\d*)"
    r" (?P<verdict>allow|deny|kill|halt)(?: would=(?P<would>deny|kill|halt))?"
    r" pc=(?P<pc>[0-9a-f]{8})/(?P<mode>usr|fiq|irq|svc|abt|und|sys)"
    r"(?: va=(?P<va>[0-9a-f]{8}) ipa=(?P<ipa>[0-9a-f]{8,10}))?"
    r"(?: reg=(?P<reg>[0-9a-f]{8}|[A-Z]\w+))?"
    r"(?: val=(?P<val>[0-9a-f]{2,16}))?"
    r"(?: old=(?P<old>[0-9a-f]{2,16}))?"
    r"(?: nr=(?P<nr>[0-9a-f]{8})(?: call=(?P<call>\w+))? args=(?P<args>[0-9a-f]+(?:,[0-9a-f]+){2,6}))?"
    r"(?: why=(?P<why>walk|absent))?"
    r" tt=(?P<tt>[0-9a-f]{8,16}) ctx=(?P<ctx>[0-9a-f]{8}) tp=(?P<tp>[0-9a-f]{8})"
    r" by=(?P<by>[\w-]+)(?: n=(?P<n>\d+))?\r?\n")

HEADER = re.compile(
    r"@vigil boot version=(?P<version>\S+) board=(?P<board>\S+) cpus=(?P<cpus>\d+)"
    r" policies=(?P<policies>\S+) policy=[0-9a-f]{16}"
    r" mem=(?P<lo>[0-9a-f]{8,})-(?P<hi>[0-9a-f]{8,}) hz=(?P<hz>\d+)"
    r" mode=(?P<mode>enforce|monitor) overflow=(?P<overflow>drop|wait|halt)(?: nonce=[0-9a-f]{16})?"
    r" dma=(?P<dma>\S+)\r?\n")

# What every record has, X for a hexadecimal digit, D for a decimal one, L for a letter.
SHAPE = "t=D.DDDDDD c=D  pc=XXXXXXXX/LLL tt=XXXXXXXX ctx=XXXXXXXX tp=XXXXXXXX by=L\n"
CLASSES = {"X": "0123456789abcdef", "D": "0123456789", "L": "abcdefghijklmnopqrstuvwxyz"}

STATS = re.compile(r"@vigil stats t=[\d.]+ events=(\d+) repeats=(\d+) dropped=(\d+) high=(\d+)(?: end=1)?")


def number(text, base=16):
    """An optional number."""
    return None if text is None else int(text, base)


def parse(match):
    """One line of the log."""
    g = match.groupdict()
    for key in ("s", "pc", "va", "ipa", "val", "old", "nr", "tt", "ctx", "tp"):
        g[key] = number(g[key])
    g["c"] = int(g["c"])
    g["t"] = float(g["t"])
    g["size"] = int(g["size"] or 0)
    g["n"] = int(g["n"] or 1)
    g["args"] = tuple(int(a, 16) for a in g["args"].split(",")) if g["args"] else None
    return Record(text=match[0].strip(), **g)


def torn(text):
    """
    The number of a record with the guest's text in its middle: another CPU has written to the port
    at the same time. What is the monitor's must be there to the last character, in order.
    """
    begin = re.match(r"@vigil s=([0-9a-f]+) ", text)
    rest = iter(text[begin.end():] if begin else "")
    whole = all(any(c in CLASSES.get(want, want) for c in rest) for want in SHAPE)
    return number(begin[1]) if begin and whole else None


class Audit:
    """All that the monitor said in one boot."""

    def __init__(self, text):
        # A guest's line in the midst of the monitor's: another CPU wrote to the port meanwhile.
        text = re.sub(r"ok [^\n@]*\n", "", text)
        self.records = [parse(match) for match in RECORD.finditer(text)]
        self.header = HEADER.search(text)
        stats = STATS.findall(text)
        # The last one: counters only grow.
        self.events, self.repeats, self.dropped, self.high = map(int, stats[-1]) if stats else (0,) * 4
        # What begins like a record and is none, up to the next: torn by the guest, or broken.
        rest = re.split(r"(?=@vigil )", RECORD.sub("@vigil record\n", text))
        rest = [piece for piece in rest if piece.startswith("@vigil s=")]
        self.torn = [n for n in map(torn, rest) if n is not None]
        self.broken = len(rest) - len(self.torn)
        # Torn behind its first character.
        self.torn += [number(n) for n in re.findall(r"(?<!@)vigil s=([0-9a-f]+) t=\d", text)]

    def check(self):
        """Check what holds for every log that was flushed before its end."""
        assert self.header, "no header line"
        assert not self.broken, f"{self.broken} lines that begin like a record and are none"
        numbers = [r.s for r in self.records]
        # On one CPU the guest stands still while a line is sent.
        assert not self.torn or int(self.header["cpus"]) > 1, "lines torn, with one CPU"
        numbers += self.torn
        assert len(set(numbers)) == len(numbers), "a sequence number appears twice"
        last = max(numbers, default=0)
        assert self.events >= last
        # What is missing, with what follows the last line, is what was lost.
        assert self.events - len(numbers) == self.dropped
        assert sum(r.n - 1 for r in self.records) <= self.repeats
        times = {}
        for r in sorted(self.records):
            assert r.t >= times.get(r.c, 0), f"time goes back: {r.text}"
            times[r.c] = r.t
        return self


# ---- images ------------------------------------------------------------------

ZIMAGE_MAGIC = 0x016F2818


def make_uimage(out, kernel=None, addr=None, vigil=VIGIL, before=b""):
    """Make a uImage. `before` is code that runs before the monitor does."""
    if before:
        shimmed = Path(out).with_suffix(".shimmed")
        shimmed.write_bytes(before + Path(vigil).read_bytes())
        vigil = shimmed
    command = [ROOT / "tools/make-uimage", "--vigil", vigil]
    if kernel:
        command += ["--kernel", kernel]
    if addr is not None:
        command += ["--addr", hex(addr)]
    subprocess.run([*map(str, command), str(out)], check=True, stdin=subprocess.DEVNULL)
    return out


def zimage_size(path):
    """The length that a zImage says it has."""
    data = Path(path).read_bytes()[:0x30]
    magic, start, end = struct.unpack_from("<3I", data, 0x24)
    assert magic == ZIMAGE_MAGIC
    return end - start


def run(*command, **kwargs):
    """Run a host command. Returns it finished, its output as text."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL",
                                                            "MAKEOVERRIDES")}
    env.update(kwargs.pop("env", {}))
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=env, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **kwargs)


if __name__ == "__main__":
    # For a look at a serial log: print its audit records, and check them.
    log = Audit(sys.stdin.read())
    for record in log.records:
        print(record.text)
    log.check()
