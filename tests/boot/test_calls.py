# SPDX-License-Identifier: BSD-2-Clause
"""System calls of Linux, unmodified, seen, denied and learnt."""

import re

import pytest

import vigil
from vigil import GUEST, TEST

INITRD = TEST / "initramfs.gz"
APPEND = "console=ttyAMA0 quiet vigil.test=calls"
CALLS = TEST / "calls" / vigil.PLATFORM / "vigil.bin"
MD5 = "b6d81b360a5672d80c27430f39153e2c"    # of a megabyte of zeros


def run_calls(log, uimage, options, flavour="armmp", smp=4, audit=True):
    """
    Run tests/boot/linux/calls; return the board, and the records. `audit`: none may be missing,
    which is too much to ask where many lines meet a guest that writes between them.
    """
    image = uimage(kernel=GUEST / f"vmlinuz-{flavour}", vigil=CALLS)
    board = vigil.boot(log, uimage=image, append=APPEND, options=options, smp=smp, initrd=INITRD)
    guest = board.guest
    assert "reboot: Power down" in guest
    return board, board.audit.check().records if audit else board.audit.records


def check_rest(board):
    """All that is not mkdir has gone well."""
    guest = board.guest
    for line in ("200 199 198", "files: 40", "signal", MD5, "hw: 0", "calls done"):
        assert line in guest, f"no {line!r}; {board.tail()}"


@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_deny(log, uimage, flavour):
    board, records = run_calls(log, uimage, "sysfilter.deny=mkdir,mkdirat", flavour)
    check_rest(board)
    assert "mkdir: can't create directory '/new': Operation not permitted" in board.guest
    denied = [r for r in records if r.kind == "syscall"]
    assert len(denied) == 1
    r = denied[0]
    assert (r.call, r.nr, r.verdict, r.by, r.mode) == ("mkdir", 39, "deny", "sysfilter", "usr")
    assert r.args[1] == 0o777 and r.tt and r.tp


def test_errno(log, uimage):
    board, _ = run_calls(log, uimage, "sysfilter.deny=39,323 sysfilter.errno=28", smp=1)
    check_rest(board)
    assert "'/new': No space left on device" in board.guest


def test_kill(log, uimage):
    board, records = run_calls(log, uimage, "sysfilter.deny=mkdir sysfilter.action=kill")
    check_rest(board)
    assert "made:" not in board.guest and "mkdir: 132" in board.guest     # 128 + SIGILL
    assert [r.verdict for r in records if r.kind == "syscall"] == ["kill"]


def test_dry_run(log, uimage):
    board, records = run_calls(log, uimage, "mode=monitor sysfilter.deny=mkdir")
    check_rest(board)
    assert "made: /new" in board.guest
    assert [(r.verdict, r.would) for r in records if r.kind == "syscall"] == [("allow", "deny")]


def test_learn(log, uimage):
    """What one run has learnt is enough for the next, and no more than that."""
    board, records = run_calls(log, uimage, "sysfilter.learn=1")
    check_rest(board)
    assert not [r for r in records if r.kind == "syscall"]
    option = re.search(r"^@vigil learn (sysfilter\.allow=\S+)\r?$", board.output, re.MULTILINE)[1]
    calls = option.partition("=")[2].split(",")
    assert {"mkdir", "execve", "openat", "set_tls", "reboot"} <= set(calls)
    assert "chroot" not in calls and not any(call.isdigit() for call in calls)
    board, records = run_calls(log, uimage, f"{option} sysfilter.action=kill")
    check_rest(board)
    assert not [r for r in records if r.kind == "syscall"]
    less = ",".join(call for call in calls if not call.startswith("mkdir"))
    board, records = run_calls(log, uimage, f"sysfilter.allow={less}")
    check_rest(board)
    assert [r.call for r in records if r.kind == "syscall"] == ["mkdir"]


def test_trace(log, uimage):
    board, records = run_calls(log, uimage, "overflow=wait trace.calls=openat,execve,mkdir",
                               audit=False)
    check_rest(board)
    calls = [r for r in records if r.kind == "syscall"]
    assert {r.call for r in calls} == {"openat", "execve", "mkdir"}
    assert {r.c for r in calls} > {0} and len({r.tt for r in calls}) > 10
    assert len([r for r in calls if r.call == "execve"]) > 30
    assert all(r.verdict == "allow" and r.by == "trace" for r in calls)


def test_trace_rate(log, uimage):
    board, records = run_calls(log, uimage, "overflow=wait trace.calls=all trace.rate=5",
                               audit=False)
    check_rest(board)
    times = [r.t for r in records if r.kind == "syscall"]
    assert times
    # Any second holds the ends of two at most; several CPUs may begin one together.
    for start in times:
        assert len([t for t in times if start <= t < start + 1]) <= 2 * (5 + 3)
    assert int(re.search(r"@vigil trace suppressed=(\d+)", board.output)[1]) > 500


@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_hotplug(log, uimage, flavour):
    """A CPU that comes back has its breakpoints again."""
    image = uimage(kernel=GUEST / f"vmlinuz-{flavour}", vigil=CALLS)
    board = vigil.boot(log, uimage=image, append="console=ttyAMA0 quiet vigil.test=hotplug",
                       options="trace.calls=sched_getaffinity", smp=4, initrd=INITRD)
    assert "hotplug done" in board.guest and "FAIL" not in board.guest
    records = [r for r in board.audit.check().records if r.kind == "syscall"]
    assert len(records) == 11 and {r.c for r in records} > {0}


def test_debugger(log, uimage):
    """Breakpoints, steps and watchpoints of a debugger in the guest, while calls are watched."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=CALLS)
    board = vigil.boot(log, uimage=image, append="console=ttyAMA0 quiet vigil.test=gdb", smp=2,
                       options="sysfilter.deny=mkdir", initrd=TEST / "gdb.gz")
    guest = board.guest
    assert guest.count("Breakpoint 1, work (x=x@entry=0)") == 2
    assert guest.count("Breakpoint 1, work (x=x@entry=1)") == 2
    assert guest.count("stepped 8 bytes") == 2
    assert guest.count("Old value = 4\nNew value = 9\n") == 2
    assert guest.count("No hardware breakpoint support in the target.") == 2
    # SIGBUS: it has no debug hardware that it could know the BKPT by.
    assert "alone: 135" in guest and "debug architecture 0x0 unsupported" in guest
    assert "mkdir: can't create directory '/denied': Operation not permitted" in guest
    assert [r.call for r in board.audit.check().records if r.kind == "syscall"] == ["mkdir"]


@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_vector(log, uimage, flavour):
    """An HVC in the vectors of a Linux that copies them more than once."""
    board, records = run_calls(log, uimage, "overflow=wait svc=vector sysfilter.deny=mkdir,mkdirat "
                               "trace.calls=execve,mkdir", flavour, audit=False)
    check_rest(board)
    assert "vigil: no breakpoint works: system calls by an HVC" in board.output
    assert "mkdir: can't create directory '/new': Operation not permitted" in board.guest
    calls = [r for r in records if r.kind == "syscall"]
    assert [(r.call, r.by) for r in calls if r.verdict == "deny"] == [("mkdir", "sysfilter")]
    assert len([r for r in calls if r.call == "execve"]) > 30
    assert {r.c for r in calls} > {0}


def test_breakpoint(log, uimage):
    """Which is what there is without the option, and silent."""
    board, records = run_calls(log, uimage, "svc=breakpoint sysfilter.deny=mkdir", smp=1)
    check_rest(board)
    assert "vigil: no breakpoint" not in board.output
    assert [r.verdict for r in records if r.kind == "syscall"] == ["deny"]


def test_all_policies(log, uimage):
    """As many CPUs as there may be, beneath all policies at once."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=TEST / "all" / vigil.PLATFORM / "vigil.bin")
    board = vigil.boot(log, uimage=image, append=APPEND, smp=8, initrd=INITRD,
                       options="guard.mmio=0x9010008 sysfilter.deny=mkdir,mkdirat trace.calls=kill")
    check_rest(board)
    audit = board.audit.check()
    assert audit.header["cpus"] == "8"
    assert audit.header["policies"] == "log,guard,lockdown,sysfilter,trace"
    assert [r.verdict for r in audit.records if r.by == "sysfilter"] == ["deny"]
    assert [r.reg for r in audit.records if r.by == "lockdown" and r.kind == "sysreg"] == ["TTBR0"]
    assert {r.call for r in audit.records if r.by == "trace"} == {"kill"}
