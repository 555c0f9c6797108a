# SPDX-License-Identifier: BSD-2-Clause
"""The bare-metal guests: every kind of event, form of access, and refusal.

A guest says on its own whether what it sees is right, and what the audit log
has to hold, line by line; here its word is taken for the former, and the log
compared with the latter. Nothing may be missing, and nothing be there beside.
"""

import re

import pytest

import vigil
from vigil import RAW_ADDR, TEST

DEVICE = "0x8000440+32"
GUARDED_DEVICE = "0x8000480+32"

# The addresses are those of tests/guest/forms.c and memory.c.
GROUPS = {
    "device": f"log.mmio={DEVICE}",
    "guarded_device": f"guard.mmio={GUARDED_DEVICE}",
    "ram": "log.write=0x41000000+0x2000,0x41030000+0x2000 log.read=0x41010000+0x2000,0x41030000+0x2000",
    "guarded_ram": "guard.memory=0x41020000+0x2000",
    "memory": "log.exec=0x41040000+0x2000 log.read=0x41010000+0x1000 guard.memory=0x41020000+0x1000",
    "absent": "",
    "external": "log.mmio=0x8001000+16",
    "walks": "log.read=0x41010000+0x1000 guard.memory=0x41020000+0x1000",
    "firmware": "log.call=all",
    "firmware_quiet": "",
    "cp15": "",
    "native": "",
    "registers": "log.reg=CPACR,TTBR1,VBAR,CONTEXTIDR",
    "monitors": "log.reg=PMCR,PMCNTENSET,PMSELR,PMXEVTYPER,PMXEVCNTR,PMUSERENR,PMINTENSET",
    "exclusives": f"log.mmio={DEVICE} log.write=0x41000000+0x1000 log.read=0x41010000+0x1000",
}

MMUS = ("off", "short", "long")


def match_expected(expected, records):
    """Compare the guest's `expect` lines with the log, in order."""
    at = 0
    # A record with n=3 stands for three events.
    records = [record for record in records for _ in range(record.n)]
    for line in expected:
        words = line.split()
        count, kind, access, verdict = words[1:5]
        wants = dict(word.split("=", 1) for word in words[5:] if "=" in word)
        would = wants.pop("would", None)
        most = 1 << 30 if count in "*+" else int(count)
        least = {"*": 0, "+": 1}.get(count, most)
        done = 0
        while done < most and at < len(records):
            r = records[at]
            have = {"val": r.val, "ipa": r.ipa, "va": r.va, "pc": r.pc, "nr": r.nr, "old": r.old}
            size = "" if r.kind in ("call", "syscall") else str(r.size)
            good = (r.kind, r.access + size, r.verdict, r.would) == (kind, access, verdict, would)
            for key, value in wants.items():
                if key == "lo":
                    good &= r.ipa is not None and r.ipa >= int(value, 16)
                elif key == "hi":
                    good &= r.ipa is not None and r.ipa <= int(value, 16)
                elif key in have:
                    good &= have[key] == int(value, 16)
                elif key == "args":
                    good &= r.args == tuple(int(v, 16) for v in value.split(","))
                else:
                    good &= str(getattr(r, key)) == value
            if not good:
                break
            done += 1
            at += 1
        if done < least:
            found = records[at].text if at < len(records) else "the end of the log"
            return f"event {at}: expected `{line}` (found {done}), the log has `{found}`"
    if at < len(records):
        return f"event {at} and later were not expected: `{records[at].text}`"
    return None


def start(log, uimage, words, options, vigil_bin=vigil.VIGIL, **more):
    """Boot the guest, and wait for its end."""
    image = uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR, vigil=vigil_bin)
    return vigil.boot(log, uimage=image, append=words, options=options, **more)


def check(board, events=True):
    """The guest found all in order, and the log is as it said."""
    guest = board.guest
    assert not re.findall(r"^.*FAIL.*", guest, re.MULTILINE)
    done = re.findall(r"^done (\d+) ok (\d+) failed", guest, re.MULTILINE)
    assert len(done) == 1 and int(done[0][0]) > 0 and done[0][1] == "0"
    audit = board.audit.check()
    if events:
        wrong = match_expected(re.findall(r"^expect .*", guest, re.MULTILINE), audit.records)
        assert not wrong, wrong
    return audit


@pytest.mark.parametrize("mmu", MMUS)
@pytest.mark.parametrize("group", GROUPS)
def test_group(log, uimage, group, mmu):
    if group == "walks" and mmu == "off":
        pytest.skip("no walks without an MMU")
    options = f"overflow=wait {GROUPS[group]}".strip()
    check(start(log, uimage, f"{group} mmu={mmu}", options, smp=4))


@pytest.mark.parametrize("group", ("guarded_device", "guarded_ram"))
def test_monitor_mode(log, uimage, group):
    """Denials become what would have been: the guest runs as without them."""
    board = start(log, uimage, f"{group} mmu=short mode=monitor",
                  f"overflow=wait mode=monitor {GROUPS[group]}")
    audit = check(board)
    assert audit.records and audit.header["mode"] == "monitor"
    # Those that cannot be emulated are refused even so.
    assert all(r.would == "deny" for r in audit.records if r.by == "guard")


GUARD = f"guard.mmio={GUARDED_DEVICE} guard.memory=0x41020000+0x2000"


@pytest.mark.parametrize("mmu", MMUS)
def test_kill(log, uimage, mmu):
    check(start(log, uimage, f"kill mmu={mmu}", f"guard.action=kill {GUARD}"))


@pytest.mark.parametrize("what", ("device", "ram"))
@pytest.mark.parametrize("smp", (1, 4))
def test_halt(log, uimage, what, smp):
    """The guest stops on all CPUs, with the event on the log. For what may follow: test_operator.py."""
    image = uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR)
    with vigil.Board(log, uimage=image, append=f"halt on={what}", smp=smp,
                     options=f"guard.action=halt {GUARD}") as board:
        board.expect(r"@vigil halt cpu=0\b[^\n]*\n")
        audit = board.audit.check()
        assert "going on" not in board.text and "done" not in board.guest
        assert len(audit.records) == 1
        assert (audit.records[0].verdict, audit.records[0].by) == ("halt", "guard")
        assert audit.records[0].val == 0x5a


@pytest.mark.parametrize("mmu", ("off", "short"))
def test_smp(log, uimage, mmu):
    """PSCI on other CPUs, and exclusives of three CPUs on a page that traps."""
    check(start(log, uimage, f"smp mmu={mmu}",
                "overflow=drop log.write=0x41000000+0x1000 log.mmio=0x8000440+32", smp=4),
          events=False)


def flood(log, uimage, overflow):
    """A hundred thousand lines: a machine that runs other things too takes its time."""
    return start(log, uimage, "flood", f"overflow={overflow} log.mmio={DEVICE} "
                 f"guard.mmio={GUARDED_DEVICE}", smp=2, timeout=6 * vigil.TIMEOUT)


def check_denied(board, audit):
    """Every denied event is there, in order, with its value."""
    said = re.search(r"flood: (\d+) allowed, (\d+) denied", board.guest)
    denied = [r for r in sorted(audit.records) if r.verdict == "deny"]
    assert [r.val for r in denied] == [0xd0 + i % 16 for i in range(int(said[2]))]
    return int(said[1])


def test_flood_drop(log, uimage):
    board = flood(log, uimage, "drop")
    audit = check(board, events=False)
    allowed = check_denied(board, audit)
    got = sum(r.n for r in audit.records if r.verdict == "allow")
    # What is not there was counted; check() has held the gaps against that.
    assert got + audit.dropped == allowed + audit.repeats - sum(r.n - 1 for r in audit.records)
    assert audit.high > 0


def test_flood_wait(log, uimage):
    board = flood(log, uimage, "wait")
    audit = check(board, events=False)
    allowed = check_denied(board, audit)
    assert audit.dropped == 0
    assert sum(r.n for r in audit.records if r.verdict == "allow") == allowed


def test_flood_smp(log, uimage):
    """Four CPUs at once overflow what one drains."""
    board = start(log, uimage, "flood cpus=4", f"overflow=drop log.mmio={DEVICE} "
                  f"guard.mmio={GUARDED_DEVICE}", smp=4)
    audit = check(board, events=False)
    said = re.search(r"flood: (\d+) allowed, (\d+) denied", board.guest)
    denied = [r for r in audit.records if r.verdict == "deny"]
    assert sum(r.n for r in denied) == int(said[2])
    got = sum(r.n for r in audit.records if r.verdict == "allow")
    lost_repeats = audit.repeats - sum(r.n - 1 for r in audit.records)
    assert got + audit.dropped + lost_repeats == int(said[1])


def test_flood_halt(log, uimage):
    """Rather than lose an event, the guest is stopped."""
    image = uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR)
    with vigil.Board(log, uimage=image, append="flood cpus=4", smp=4,
                     options=f"overflow=halt log.mmio={DEVICE} "
                             f"guard.mmio={GUARDED_DEVICE}") as board:
        board.expect(r"@vigil halt cpu=\d\b[^\n]*\n")
        audit = board.audit
        assert audit.dropped == 0 and audit.records
        assert "flood:" not in board.guest and "done" not in board.guest


@pytest.mark.parametrize("mmu", MMUS)
def test_probe(log, uimage, mmu):
    """What only a policy of one's own asks for: tests/policies/probe.c."""
    check(start(log, uimage, f"probe mmu={mmu}", "overflow=wait probe.on=1",
                vigil_bin=TEST / "own" / vigil.PLATFORM / "vigil.bin", smp=2))


@pytest.mark.parametrize("mmu", MMUS)
def test_probe_dry(log, uimage, mmu):
    """Its verdicts and values in a dry run."""
    check(start(log, uimage, f"probe_dry mmu={mmu}", "overflow=wait mode=monitor probe.on=1",
                vigil_bin=TEST / "own" / vigil.PLATFORM / "vigil.bin"))


@pytest.mark.parametrize("mmu", MMUS)
@pytest.mark.parametrize("group", ("quiet", "external"))
def test_quiet(log, uimage, group, mmu):
    """Watched, allowed, not logged: tests/policies/quiet.c."""
    check(start(log, uimage, f"{group} mmu={mmu}",
                f"overflow=wait quiet.mmio={DEVICE},0x8001000+16 quiet.memory=0x410a0000+0x2000",
                vigil_bin=TEST / "own" / vigil.PLATFORM / "vigil.bin"))


OWN = TEST / "own" / vigil.PLATFORM / "vigil.bin"


@pytest.mark.parametrize("mmu", MMUS)
def test_calls(log, uimage, mmu):
    """System calls, and the vectors that they go through: tests/policies/callprobe.c."""
    check(start(log, uimage, f"calls mmu={mmu}", "overflow=wait callprobe.on=1", vigil_bin=OWN))


@pytest.mark.parametrize("mmu", MMUS)
def test_calls_vector(log, uimage, mmu):
    """The same without breakpoints: an HVC in the guest's vector, whatever is stored there."""
    board = start(log, uimage, f"calls_vector mmu={mmu}", "overflow=wait svc=vector callprobe.on=1 "
                  "guard.memory=0x41072008", vigil_bin=OWN)
    check(board)
    assert "vigil: no breakpoint works: system calls by an HVC" in board.output


@pytest.mark.parametrize("svc", ("breakpoint", "vector"))
@pytest.mark.parametrize("mmu", MMUS)
def test_calls_secret(log, uimage, mmu, svc):
    """What may not be read is not read by way of a vector."""
    check(start(log, uimage, f"calls_secret mmu={mmu}",
                f"overflow=wait svc={svc} probe.on=1 callprobe.on=1", vigil_bin=OWN))


def test_endless_line(log, uimage):
    """A guest that never ends its line does not have the log wait, and events dropped."""
    board = start(log, uimage, "endless mmu=short", f"log.mmio={DEVICE}")
    check(board, events=False)
    assert board.audit.events == 3000 and board.audit.dropped == 0


@pytest.mark.parametrize("mmu", MMUS)
def test_calls_old_abi(log, uimage, mmu):
    check(start(log, uimage, f"oabi mmu={mmu}", "overflow=wait calls=oabi callprobe.on=1",
                vigil_bin=OWN))


def test_calls_monitor_mode(log, uimage):
    """In a dry run, each call is made, and with its own arguments."""
    board = start(log, uimage, "calls mmu=short", "overflow=wait mode=monitor callprobe.on=1",
                  vigil_bin=OWN)
    records = board.audit.check().records
    assert {r.nr for r in records if r.would == "deny"} == {301, 302}
    assert {r.nr for r in records if r.would == "kill"} == {303}


@pytest.mark.parametrize("mmu", ("off", "short"))
def test_calls_smp(log, uimage, mmu):
    """Each CPU has breakpoints of its own."""
    board = start(log, uimage, f"calls_smp mmu={mmu}", "overflow=wait callprobe.on=1",
                  vigil_bin=OWN, smp=4)
    audit = check(board, events=False)
    said = int(re.search(r"calls: (\d+) each", board.guest)[1])
    missing = 0
    for cpu in range(4):
        seen = [r.args[0] for r in sorted(audit.records) if r.c == cpu]
        assert seen == sorted(set(seen) & set(range(said)))
        missing += said - len(seen)
    # The boot CPU says that the others are on while they log: that may tear a line.
    assert missing == len(audit.torn)


@pytest.mark.parametrize("group", ("native", "cp15", "exclusives"))
def test_calls_beside(log, uimage, group):
    """With system calls watched, all else is as ever."""
    check(start(log, uimage, f"{group} mmu=short", f"overflow=wait callprobe.on=1 {GROUPS[group]}",
                vigil_bin=OWN, smp=4))


def test_calls_halt(log, uimage):
    image = uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR, vigil=OWN)
    with vigil.Board(log, uimage=image, append="calls_halt", options="callprobe.on=1") as board:
        board.expect(r"@vigil halt cpu=0\b[^\n]*\n")
        record, = board.audit.check().records
        assert "going on" not in board.text
        assert (record.verdict, record.nr, record.by) == ("halt", 305, "callprobe")


@pytest.mark.parametrize("mmu", MMUS)
def test_register_verdicts(log, uimage, mmu):
    check(start(log, uimage, f"register_verdicts mmu={mmu}", "overflow=wait probe.on=1",
                vigil_bin=TEST / "own" / vigil.PLATFORM / "vigil.bin"))


@pytest.mark.parametrize("cpu", ("cortex-a15", "max"))
def test_set_way(log, uimage, cpu):
    """HCR.TSW is there in QEMU for cores of ARMv8, whose 32-bit state is near enough."""
    board = start(log, uimage, f"set_way mmu=short traps={int(cpu == 'max')}",
                  "overflow=wait log.reg=DCISW,DCCSW,DCCISW", cpu=cpu)
    check(board)


@pytest.mark.parametrize("group", ("native", "cp15", "memory", "smp"))
def test_all_registers(log, uimage, group):
    """All registers trap, and all is as it was."""
    board = start(log, uimage, f"{group} mmu=short", f"overflow=wait {GROUPS.get(group, '')} log.reg=all",
                  smp=4)
    audit = check(board, events=False)
    names = {r.reg for r in audit.records if r.kind == "sysreg" and r.verdict == "allow"}
    assert {"SCTLR", "TTBR0", "TTBR1", "TTBCR", "DACR", "TLBI", "VBAR"} <= names
    # QEMU has HCR.TSW for Cortex-A15 not: DCISW and its like run natively there.
    assert group != "native" or "ISR" in names


@pytest.mark.parametrize("patch", ("allow", "deny"))
@pytest.mark.parametrize("mmu", ("short", "long"))
def test_lockdown(log, uimage, mmu, patch):
    """What is pinned stays, and what the kernel has made read-only is."""
    check(start(log, uimage, f"lockdown mmu={mmu} patch={patch}",
                f"overflow=wait lockdown.patch={patch}",
                vigil_bin=TEST / "lockdown" / vigil.PLATFORM / "vigil.bin", smp=2))
