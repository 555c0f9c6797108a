# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of vigil-log share: running it, and making logs."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("VIGIL_BUILD", ROOT / "build")).resolve()
VLOG = BUILD / "tools/vigil-log"
TEST = BUILD / "test/log"
HERE = ROOT / "tests/log"
BOOT = HERE / "boot.txt"          # a real one, as QEMU's serial port gave it
KEY = bytes(range(16))

# Of anything that a test waits for; generous, nothing is measured by it.
PATIENCE = 120

sys.path.insert(0, str(HERE))


def run(*args, stdin="", program=VLOG, env=None):
    """Run it to its end. Text is latin-1: bytes stay what they are."""
    data = stdin.encode("latin-1") if isinstance(stdin, str) else stdin
    done = subprocess.run([str(program), *map(str, args)], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=PATIENCE, check=False,
                          env={**os.environ, **(env or {})})
    done.out = done.stdout.decode("latin-1")
    done.err = done.stderr.decode("latin-1")
    return done


def boot_line(policies="log,guard", more=""):
    return (f"@vigil boot version=0.1.0 board=qemu-virt cpus=4 policies={policies}"
            " mem=7fe00000-7fffffff hz=62500000 mode=enforce overflow=drop dma=none" + more)


def record(s, what="mmio w4 allow", t=None, c=0, by="log", n=None, pc="c0a39218/svc",
           about="va=f096a008 ipa=09010008 val=386d4380", tt="4808006a"):
    """A record; by default one more write to a clock, a millisecond after the last."""
    t = s / 1000 if t is None else t
    line = (f"@vigil s={s:x} t={t:.6f} c={c} {what} pc={pc} {about} tt={tt} ctx=0000010a"
            f" tp=c1a1d600 by={by}")
    return line + (f" n={n}" if n else "")


def stats(events, repeats=0, dropped=0):
    return f"@vigil stats events={events} repeats={repeats} dropped={dropped} high=1"


def log(numbers, end=True, **kwargs):
    """The lines of one boot with these records."""
    numbers = list(numbers)
    lines = [boot_line(), *(record(s, **kwargs) for s in numbers)]
    return lines + ([stats(max(numbers, default=0))] if end else [])


def text(lines):
    return "".join(line + "\r\n" for line in lines)


def counts(out):
    """{'forged': 2} of the last line of verify."""
    last = out.strip().splitlines()[-1]
    return {word: int(n) for n, word in re.findall(r"(\d+) ([a-z]+)", last.split(" lines", 1)[1])}
