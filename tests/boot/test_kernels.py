# SPDX-License-Identifier: BSD-2-Clause
"""Kernels that Debian does not build, in Thumb-2, beneath the monitor with all of its policies."""

import re

import pytest

import vigil
from test_calls import check_rest
from test_linux import TROUBLE, check_report, start
from vigil import GUEST, TEST

OPTIONS = "guard.mmio=0x9010008 sysfilter.deny=mkdir,mkdirat trace.calls=gettid"
kernels = pytest.mark.parametrize("name", ("thumb2", "thumb2-lpae"))


def start_kernel(log, uimage, name, test):
    """Run a test of tests/boot/linux. The kernel is locked on its way; /init may tear that line."""
    image = uimage(kernel=GUEST / f"vmlinuz-{name}",
                   vigil=TEST / "all" / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, test, smp=4, options=OPTIONS)
    assert "reboot: Power down" in board.guest and "FAIL" not in board.guest
    audit = board.audit.check()
    assert audit.header["policies"] == "log,guard,lockdown,sysfilter,trace"
    # By an MCRR where page tables are LPAE's.
    locked = [(r.reg, r.size, r.verdict) for r in audit.records if r.by == "lockdown" and r.kind == "sysreg"]
    assert locked == [("TTBR0", 8 if "lpae" in name else 4, "allow")] or audit.torn and not locked
    # All else that it did with registers was right: this is the SMP bit, which QEMU does not have.
    assert {r.reg for r in audit.records if r.by == "vigil"} == {"ACTLR"}
    return board


@kernels
def test_report(log, uimage, name):
    board = start_kernel(log, uimage, name, "report")
    check_report(board, name, 4, 1024)
    assert "started in SVC mode" in board.guest


@kernels
def test_hotplug(log, uimage, name):
    """CPUs go and come back under load, beneath policies that each has to be set up for."""
    guest = start_kernel(log, uimage, name, "hotplug").guest
    assert "hotplug done" in guest and not TROUBLE.search(guest)
    for n in range(5):
        assert f"round {n}: 1 online" in guest and f"round {n}: 4 online" in guest


@kernels
def test_policies(log, uimage, name):
    """Calls from ARM and Thumb state, a device, the kernel's own text: seen, and denied."""
    board = start_kernel(log, uimage, name, "kernel")
    check_rest(board)
    guest = board.guest
    assert "CONFIG_THUMB2_KERNEL=y" in guest
    assert ("CONFIG_ARM_LPAE=y" in guest) == ("lpae" in name)
    # LDR.W PC, [PC, #imm]; in ARM state it would be e59ff...
    assert re.search(r"vector: f[0-9a-f]{3}f8df\n", guest)
    assert "made: /new" not in guest
    # 128 + SIGBUS. The clock's register takes no write, and says nothing.
    assert f"jump labels on{', clock set, write 135' * 3}, _stext kept\n" in guest

    records = board.audit.records
    calls = {(r.pc, r.call, r.verdict, r.by) for r in records if r.kind == "syscall"}
    for state in ("arm", "thumb"):
        at = int(re.search(rf"^{state}: thread its own, mkdir -1, by (\w+)\n", guest, re.MULTILINE)[1], 16)
        assert {call[1:] for call in calls if call[0] == at} == {
            ("gettid", "allow", "trace"), ("mkdir", "deny", "sysfilter")}
    guarded = {(r.kind, r.access, r.ipa, r.verdict, r.mode) for r in records if r.by == "guard"}
    assert guarded == {("mmio", "w", 0x9010008, "deny", "svc")}
    # The kernel patches itself, through its fixmap, by halfwords too; a process may not.
    text = [r for r in records if r.by == "lockdown" and r.kind == "mem"]
    assert {(r.verdict, r.mode, r.va >= 0xffc00000, r.size) for r in text} == {
        ("allow", "svc", True, 2), ("allow", "svc", True, 4), ("deny", "usr", False, 4)}
