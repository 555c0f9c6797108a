# SPDX-License-Identifier: BSD-2-Clause
"""The operator at the serial port: keys behind an escape, over guests of all kinds."""

import re

import pytest

import vigil
from test_console import KEY, SESSION
from test_linux import TROUBLE
from vigil import GUEST, RAW_ADDR, TEST

INITRD = TEST / "initramfs.gz"
CALLS = TEST / "calls" / vigil.PLATFORM / "vigil.bin"
ALL = TEST / "all" / vigil.PLATFORM / "vigil.bin"
QUIET = "console=ttyAMA0 quiet"
ESCAPE = "\x1d"
SMC_RESET = 0x84000009

STATE = re.compile(r"@vigil state guest=(?P<guest>running|stopped) mode=(?P<mode>enforce|monitor)"
                   r" silent=(?P<silent>[0-9a-f]{2})\b[^\n]*\n")


def press(board, key, escape=ESCAPE):
    """One key, up to its answer's end. Returns the time of it, its lines, and the state."""
    board.send(escape + key)
    head = board.expect(rf"@vigil operator t=(\d+\.\d{{6}}) key={re.escape(key)}(?: mac=\w+)?\r\n")
    state = board.expect(STATE)
    text = vigil.RECORD.sub("", board.text[head.end():state.start()])
    return float(head[1]), text.replace("\r", ""), state


def shell(board, command, answer):
    """One command at the shell's prompt. Returns what it has said, the echo included."""
    start = board.seen
    board.send(command + "\n")
    board.expect(answer)
    board.expect(r"/ # ")
    return board.text[start:board.seen]


def linux(log, uimage, build=vigil.VIGIL, flavour="armmp", append=QUIET, **options):
    options.setdefault("smp", 4)
    return vigil.Board(log, uimage=uimage(kernel=GUEST / f"vmlinuz-{flavour}", vigil=build),
                       initrd=INITRD, append=append, stdin=True, **options)


def bare(log, uimage, group, **options):
    """A guest of tests/guest; what is typed goes to it as soon as it says so."""
    return vigil.Board(log, uimage=uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR), append=group,
                       stdin=True, ready="guest: ", **options)


def off(board):
    board.send("poweroff -f\n")
    return board.finish()


def test_keys(log, uimage):
    """What each key says, and does."""
    with linux(log, uimage, build=CALLS, options="overflow=wait trace.calls=openat") as board:
        board.expect(r"/ # ")
        shell(board, "ls /", r"\btmp\b")
        _, text, state = press(board, "?")
        assert re.match(r"@vigil keys \?=help q=counters ", text)
        assert state.groups() == ("running", "enforce", "00")

        _, text, _ = press(board, "q")
        stats = re.search(r"@vigil stats t=\S+ events=(\d+) repeats=\d+ dropped=0 high=\d+ end=1\n", text)
        records = vigil.Audit(board.text).records
        assert int(stats[1]) == len(records) > 0
        by = re.findall(r"^@vigil count by=(\S+) kind=(\w+) events=(\d+)$", text, re.MULTILINE)
        assert {(p, k): int(n) for p, k, n in by} == {
            (p, k): sum((r.by, r.kind) == (p, k) for r in records) for p, k, _ in by}
        assert ("trace", "syscall") in {(p, k) for p, k, _ in by}
        cpus = re.findall(r"^@vigil count cpu=(\d) events=(\d+)$", text, re.MULTILINE)
        assert [(int(c), int(n)) for c, n in cpus] == [
            (c, sum(r.c == c for r in records)) for c in range(4)]

        _, text, _ = press(board, "v")
        assert re.fullmatch(r"@vigil version=\S+ options=overflow=wait trace.calls=openat\n", text)
        for want in ("monitor", "enforce"):
            assert press(board, "m")[2]["mode"] == want

        assert press(board, "l")[2]["silent"] == "1f"
        assert "@vigil s=" not in shell(board, "ls /", r"\btmp\b")
        assert press(board, "l")[2]["silent"] == "00"
        assert press(board, "3")[2]["silent"] == "08"
        shell(board, "ls /", r"\btmp\b")
        assert press(board, "3")[2]["silent"] == "00"
        before = len(vigil.Audit(board.text).records)
        shell(board, "ls /", r"\btmp\b")
        press(board, "q")
        after = vigil.Audit(board.text).records[before:]
        assert after and all(r.by == "trace" for r in after)

        # What is typed at a stop is nobody's.
        assert press(board, "s")[2]["guest"] == "stopped"
        board.send("echo lo$((1))st\n")
        assert press(board, "q")[2]["guest"] == "stopped"
        _, text, state = press(board, "c")
        assert state["guest"] == "running"
        kept = shell(board, "echo ke$((1))pt", r"\nke1pt\r\n")
        assert "lo1st" not in board.text and "lost" not in board.text.replace("ke1pt", "")
        assert "lo$" not in kept
        off(board)
    board.audit.check()


def test_session(log, uimage):
    """A shell sees nothing of keys, be they typed in the midst of a line."""
    def session(log, keys):
        with linux(log, uimage, build=CALLS,
                   options="trace.calls=0" + ("" if keys else " operator=0")) as board:
            board.expect(r"/ # ")
            start = board.seen
            for typed, answer in SESSION:
                for key in keys:
                    press(board, key)
                board.send(typed)
                board.expect(answer)
            # Twice it is the shell's: one character, that has no echo but itself.
            board.send("echo read'y'; head -n 1 | hexdump -C\n")
            board.expect(r"\nready\r\n")
            board.send("a" + (ESCAPE * 2 if keys else ESCAPE) + "b\n")
            board.expect(r"61 1d 62 0a[^\n]*\n")
            board.expect(r"/ # ")
            text = board.text[start:board.seen]
            if keys:
                # In one go with what is the shell's.
                board.send(f"echo on{ESCAPE}?e{ESCAPE}v tw{ESCAPE}?o\n")
                board.expect(r"\none two\r\n/ # ")
            off(board)
        # Behind a prompt they begin a line of their own; what has ended is not ended again.
        text = re.sub(r"((?:^|/ # )(?:\x1b\[6n)?)\r\n(?:@vigil [^\n]*\n)+", r"\1", text)
        return re.sub(r"@vigil [^\n]*\n", "", text)

    plain = session(log, "")
    assert session(log.with_suffix(".keys.log"), "?vsqc") == plain


STOPPED = 60


@pytest.mark.parametrize("load", ("idle", "busy"))
@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_long_stop(log, uimage, flavour, load):
    """A guest that is stopped for a minute does not know."""
    with linux(log, uimage, flavour=flavour, key=KEY.hex()) as board:
        board.expect(r"/ # ")
        if load == "busy":
            shell(board, "for i in 1 2 3 4; do while :; do :; done & done; echo $((6 * 7))", r"\n42\r\n")
        shell(board, "dmesg -c >/dev/null; echo $((6 * 7))", r"\n42\r\n")

        def uptime():
            before = press(board, "v")[0]
            board.send("cat /proc/uptime\n")
            up = float(board.expect(r"\n(\d+\.\d\d) \d+\.\d\d\r\n")[1])
            board.expect(r"/ # ")
            return before, up, press(board, "v")[0]

        first, up, second = uptime()
        stopped = press(board, "s")[0]
        now = stopped
        while now < stopped + STOPPED:
            beat = board.expect(r"@vigil stats t=(\d+\.\d+) [^\n]*\n")
            assert float(beat[1]) < now + 30
            now = float(beat[1])
        gone_on = press(board, "c")[0]
        third, up_then, fourth = uptime()
        # Between the line of a key and what it does another CPU may have its time.
        stop, slack = gone_on - stopped, 1.5
        assert third - second - stop - slack < up_then - up < fourth - first - stop + slack
        said = shell(board, "dmesg; echo $((6 * 7))", r"\n42\r\n")
        assert re.fullmatch(r"dmesg; echo \$\(\(6 \* 7\)\)\r\n42\r\n(?:\r\n@vigil [^\n]*\n)*/ # ", said), said
        # It still sleeps, and wakes.
        shell(board, "sleep 1; echo $((7 * 7))", r"\n49\r\n")
        off(board)
    assert not TROUBLE.search(board.guest)


def test_under_load(log, uimage):
    """Stopped twenty times while policies, workers and CPUs that come and go are at it."""
    with linux(log, uimage, build=ALL, append=f"{QUIET} vigil.test=operator",
               options="overflow=wait sysfilter.deny=mkdir trace.calls=execve") as board:
        board.expect(r"work begins")
        for i in range(20):
            assert press(board, "s")[2]["guest"] == "stopped"
            if i % 4 == 0:
                press(board, "q")
            assert press(board, "c")[2]["guest"] == "running"
        # And so fast that a stop ends before all have come to it.
        for i in range(20):
            board.send(f"{ESCAPE}s{ESCAPE}c")
            board.expect(r"key=s\r\n")
            board.expect(r"@vigil state guest=stopped ")
            board.expect(r"key=c\r\n")
            board.expect(r"@vigil state guest=running ")
        board.send("enough\n")
        board.finish()
    guest = board.guest
    assert "read: enough" in guest and "FAIL" not in guest and not TROUBLE.search(guest)
    for line in ("worker 1 ends", "worker 2 ends", "worker 3 ends", "worker 4 ends", "hotplug ends",
                 "workers agree", "4 CPUs at the end", "operator done"):
        assert line in guest, line
    audit = board.audit.check()
    assert audit.dropped == 0
    assert {"lockdown", "trace"} <= {r.by for r in audit.records}


def test_time(log, uimage):
    """However short the stops, no CPU's time is behind another's."""
    with bare(log, uimage, "time mmu=short", smp=4) as board:
        board.expect(r"time begins")
        for _ in range(100):
            board.send(f"{ESCAPE}s{ESCAPE}c")
            board.expect(r"key=s\r\n")
            board.expect(r"key=c\r\n")
            board.expect(r"@vigil state guest=running ")
        board.send(".")
        board.finish()
    assert re.search(r"^ok time goes on$", board.guest, re.MULTILINE), board.tail()


@pytest.mark.parametrize("smp", (1, 4))
def test_never_reads(log, uimage, smp):
    """Linux with nobody at the port: the monitor reads it in its place."""
    with linux(log, uimage, smp=smp, append="console=ttyAMA0 console=tty0 quiet vigil.test=unread",
               ready="unread begins") as board:
        board.expect(r"unread begins")
        board.send("text that nobody reads ")
        stopped = press(board, "s")
        assert stopped[2]["guest"] == "stopped"
        press(board, "q")
        assert press(board, "c")[2]["guest"] == "running"
        board.expect(r"uptime \d+")
        board.expect(r"uptime \d+")
        board.send(ESCAPE + "R")
        board.finish()
    assert "end=1" in board.text.splitlines()[-1]


def test_deaf(log, uimage):
    """One without interrupts that only sends."""
    with bare(log, uimage, "deaf") as board:
        board.expect(r"tick 3\n")
        board.send("text that nobody reads ")
        press(board, "s")
        mark = board.seen
        press(board, "q")
        assert "tick" not in board.text[mark:board.seen]
        press(board, "c")
        board.expect(r"tick \d+\n")
        board.send(ESCAPE + "R")
        board.finish()


@pytest.mark.parametrize("mmu", ("off", "short"))
def test_polled(log, uimage, mmu):
    """One that polls gets each character that is its own, once, and no other."""
    with bare(log, uimage, f"echo mmu={mmu}") as board:
        board.expect(r"echo begins")
        board.send(f"a{ESCAPE}?b{ESCAPE}v{ESCAPE}?c{ESCAPE}{ESCAPE}d")
        board.expect(r"got 64")
        press(board, "s")
        board.send("xyz")
        press(board, "c")
        board.send("e.")
        board.finish()
    # The answers stand in the midst of its lines, and end those.
    said = re.sub(r"(?:\r\n)?@vigil [^\n]*\n", "", board.output)
    got = re.findall(r"got +(\w+)\n", said)
    assert "".join(chr(int(c, 16)) for c in got) == f"abc{ESCAPE}de."


def test_hammer(log, uimage):
    """Four CPUs do their worst to the port; the operator is heard."""
    with bare(log, uimage, "hammer mmu=short", smp=4) as board:
        board.expect(r"hammer begins")
        for _ in range(5):
            press(board, "s")
            press(board, "q")
            press(board, "r")
            press(board, "c")
        board.send(ESCAPE + "R")
        board.finish()
    assert "@vigil operator " in board.text and "PANIC" not in board.text


@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_registers(log, uimage, flavour):
    """Each CPU of a Linux that is busy shows what it is at, and goes on."""
    with linux(log, uimage, flavour=flavour) as board:
        board.expect(r"/ # ")
        shell(board, "for i in 1 2 3 4; do cat /dev/zero >/dev/null & done; echo $((6 * 7))", r"\n42\r\n")
        calls = 0
        for _ in range(5):
            press(board, "r")
            seen = set()
            while len(seen) < 4:
                shown = board.expect(r"@vigil registers cpu=(\d) cpsr=([0-9a-f]+) r=([0-9a-f,]+)"
                                     r" calls=([0-9a-f,]*)\r\n")
                assert len(shown[3].split(",")) == 16
                seen.add(shown[1])
                if int(shown[2], 16) & 0xf == 3:
                    calls += sum(call.startswith("c0") for call in shown[4].split(","))
            press(board, "c")
        assert calls
        shell(board, "kill %1 %2 %3 %4; echo $((7 * 7))", r"\n49\r\n")
        off(board)
    assert not TROUBLE.search(board.guest)


@pytest.mark.parametrize("what", ("device", "ram"))
def test_halted(log, uimage, what):
    """A halt by a verdict is no end: the access fails when the operator says so."""
    with bare(log, uimage, f"halt on={what}", smp=4, options="guard.action=halt "
              "guard.mmio=0x8000480+32 guard.memory=0x41020000+0x2000") as board:
        board.expect(r"@vigil halt cpu=0\b[^\n]*\n")
        press(board, "?")
        _, text, state = press(board, "q")
        assert state["guest"] == "stopped" and "events=1 " in text
        # It may power off before the CPU that has taken the key has told the state.
        board.send(ESCAPE + "c")
        board.expect(r"@vigil operator t=\S+ key=c\r\n")
        board.finish()
    # The state may stand in the midst of the guest's line.
    assert "FAILunexpectedundefinedinstruction" in "".join(board.guest.split())
    assert "going on" not in board.guest
    assert [r.verdict for r in board.audit.check().records] == ["halt"]


def test_halted_linux(log, uimage):
    """The process that has done it is killed, the rest goes on."""
    with linux(log, uimage, append=f"{QUIET} mem=256M", mem="512M",
               options="guard.memory=0x58000000+0x1000 guard.action=halt") as board:
        board.expect(r"/ # ")
        for _ in range(2):
            board.send("devmem 0x58000000 32 1\n")
            board.expect(r"@vigil halt cpu=\d\r\n")
            press(board, "q")
            press(board, "c")
            board.expect(r"Illegal instruction")
        shell(board, "echo $((6 * 7)); nproc", r"\n42\r\n4\r\n")
        off(board)
    assert not TROUBLE.search(board.guest)
    halts = [r for r in board.audit.check().records if r.by == "guard"]
    assert [(r.verdict, r.ipa) for r in halts] == [("halt", 0x58000000)] * 2


@pytest.mark.parametrize("first", ("", "s"))
def test_reset(log, uimage, first):
    """By PSCI, with the log flushed; QEMU ends there."""
    with linux(log, uimage) as board:
        board.expect(r"/ # ")
        for key in first:
            press(board, key)
        board.send(ESCAPE + "R")
        board.expect(r"@vigil operator t=\S+ key=R\r\n")
        board.finish()
    assert re.search(r"@vigil stats [^\n]* end=1\r\n$", board.text)
    board.audit.check()


@pytest.mark.parametrize("how", ("off", "another"))
def test_escape(log, uimage, how):
    """Where the escape is none, it is the guest's; another may be it, until it is locked."""
    options = {"off": "operator=0", "another": "operator=1"}.get(how, "")
    with linux(log, uimage, options=options) as board:
        board.expect(r"/ # ")
        if how == "another":
            press(board, "v", escape="\x01")
        # All the same to a terminal that is raw.
        for escape in (ESCAPE, "\x01"):
            if how == "another" and escape == "\x01":
                press(board, "L", escape)
            board.send("stty raw -echo; echo read'y'; dd bs=1 count=4 2>/dev/null | hexdump -C; stty sane\n")
            board.expect(r"\nready\r?\n")
            board.send(f"{escape}q{escape}s")
            board.expect(rf"{ord(escape):02x} 71 {ord(escape):02x} 73")
            board.expect(r"/ # ")
        shell(board, "echo $((6 * 7))", r"\n42\r\n")
        off(board)
    assert len(re.findall("@vigil operator ", board.text)) == 2 * (how == "another")
