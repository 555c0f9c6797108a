# SPDX-License-Identifier: BSD-2-Clause
"""replay: policies, as they are in the image, asked about a log."""

import pytest

import vlog
from test_log_print import ALL
from vlog import BOOT, boot_line, log, record, run, stats, text

RTCGUARD = vlog.BUILD / "test/rtcguard/tools/vigil-log"


def replay(*args, stdin=None, code=None, program=vlog.VLOG):
    done = run("replay", *args, stdin=text(ALL) if stdin is None else stdin, program=program)
    assert not done.err, done.err
    if code is not None:
        assert done.returncode == code
    return done.out.splitlines()


def changes(lines):
    """{'s': 'from -> to'}"""
    return {line.split(" s=")[1].split()[0]: " ".join(line.split(" t=")[1].split()[1:4])
            for line in lines if line.startswith("boot ")}


def test_nothing_changes():
    lines = replay("--use=log", stdin=text(log([1, 2, 3])), code=0)
    assert lines[0] == "3 events replayed, 0 verdicts changed"
    assert lines[1] == "3 that no policy would watch"


@pytest.mark.parametrize("options,wanted", (
    (("guard.mmio=0x9010000+0x1000",), {"1": "allow -> deny", "3": "deny -> allow",
                                        "4": "deny -> allow", "7": "kill -> allow"}),
    (("guard.mmio=0x9010000+0x8",), {"3": "deny -> allow", "4": "deny -> allow",
                                     "7": "kill -> allow"}),
    (("guard.memory=0x40008000+0x1000", "guard.action=kill", "sysfilter.deny=mkdir,openat"), {}),
    (("guard.memory=0x40008000+0x1000", "sysfilter.deny=mkdir,openat", "guard.action=halt"),
     {"7": "kill -> halt"}),
    (("sysfilter.allow=mkdir", "guard.memory=0x40008000", "guard.action=kill"),
     {"3": "deny -> allow"}),
    (("--kind=syscall", "sysfilter.deny=openat"), {"3": "deny -> allow"}),
    (("--kind=syscall", "sysfilter.deny=openat,mkdir", "sysfilter.action=kill"),
     {"3": "deny -> kill", "4": "deny -> kill"}),
))
def test_builtin(options, wanted):
    lines = replay(*options, code=1 if wanted else 0)
    assert changes(lines) == wanted


def test_refused_by_vigil_stays():
    lines = replay("--use=log", "log.reg=all", "log.read=0x9020000+0x1000")
    assert "5" not in changes(lines) and "8" not in changes(lines)
    assert "2 that Vigil itself refuses, not asked about" in lines


def test_dry_run_counts_as_enforced():
    """What would have been is what is compared."""
    data = text([boot_line(), record(1, what="mmio w4 allow would=deny", by="guard"), stats(1)])
    assert changes(replay("guard.mmio=0x9010008", stdin=data, code=0)) == {}
    assert changes(replay("--use=log", stdin=data, code=1)) == {"1": "deny -> allow"}


def test_strictest_wins_and_by_whom():
    lines = replay("--use=log,guard", "log.mmio=0x9010000+0x1000", "guard.mmio=0x9010008",
                   "--kind=mmio")
    assert lines[0].endswith("by log -> guard")
    # Only the policies that are used are there.
    assert replay("--use=guard", "guard.mmio=0x9010008", "--kind=mmio")[0].endswith("by log -> guard")
    assert run("replay", "--use=log", "guard.mmio=0x9010008", stdin=text(ALL)).returncode == 2


def test_learn():
    lines = replay("sysfilter.learn=1", "--kind=syscall")
    assert "at power-off: @vigil learn sysfilter.allow=mkdir,openat" in lines


def test_rate():
    """The clock that policies see is the log's."""
    data = text([boot_line("trace"), *(record(i, t=i / 10, what="syscall svc allow", by="trace",
                                       about="nr=00000003 call=read args=0,0,0,0,0,0,0")
                                for i in range(1, 31)), stats(30)])
    lines = replay("--use=trace", "trace.calls=all", "trace.rate=2", stdin=data, code=0)
    # Of ten a second, two pass: in three seconds and a bit, from the counter's 0 on.
    suppressed = [line for line in lines if "suppressed=" in line]
    assert len(suppressed) == 1 and 20 <= int(suppressed[0].split("suppressed=")[1]) <= 24


def test_registers_as_recorded():
    """lockdown looks at registers beside the one that is written; it never locks, for page tables
    are not in the log."""
    data = text([boot_line(), record(1, what="sysreg w4 allow", about="reg=SCTLR val=00c5187d old=00c50078"),
                 record(2, what="sysreg w4 allow", about="reg=TTBCR val=00000000 old=00000000"), stats(2)])
    assert replay("--use=lockdown", stdin=data, code=0)[0] == "2 events replayed, 0 verdicts changed"


def test_own_policy():
    """docs/examples/rtcguard.c, linked by POLICY_DIR=."""
    assert "rtcguard" in run("--help", program=RTCGUARD).out
    data = text([boot_line(), record(1), record(2, about="va=f096a008 ipa=09010008 val=70dbd880"),
                 stats(2)])
    assert changes(replay("--use=rtcguard", stdin=data, program=RTCGUARD)) == {"1": "allow -> deny"}
    assert changes(replay("rtcguard.after=100", stdin=data, program=RTCGUARD, code=0)) == {}
    assert run("replay", "rtcguard.after=soon", stdin=data, program=RTCGUARD).returncode == 2


def test_real_boot():
    lines = replay(BOOT, "sysfilter.deny=execve", stdin="", code=1)
    assert "8 allow -> deny" in lines[-4] and "1 deny -> allow" in lines[-4]
    assert replay("-q", BOOT, "sysfilter.deny=execve", stdin="")[0] == lines[-4]
