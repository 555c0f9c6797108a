# SPDX-License-Identifier: BSD-2-Clause
"""Debian's kernels, unmodified, beneath the monitor."""

import re

import pytest

import vigil
from vigil import GUEST, TEST

INITRD = TEST / "initramfs.gz"
# The most that the command line says, for the log to be Linux' own from the start.
APPEND = "console=ttyAMA0 ignore_loglevel"
QUIET = "console=ttyAMA0 quiet"
LOG = "log.call=all log.mmio=0x9010000+0x1000"

TROUBLE = re.compile(r"Oops|WARNING:|\bBUG:|Kernel panic|rcu.*stall|Unhandled fault|Internal error"
                     r"|imprecise|[Bb]ad mode|undefined instruction")


def version(flavour):
    return (GUEST / f"version-{flavour}").read_text().strip()


def start(log, image, test, append=QUIET, **options):
    """Boot Linux, run a test of tests/boot/linux in it, until it is off."""
    options.setdefault("initrd", INITRD)
    return vigil.boot(log, uimage=image, append=f"{append} vigil.test={test}", **options)


def section(board, name):
    """What tests/boot/linux/report wrote below a mark."""
    found = re.search(rf"^== {name}\n(.*?)^== ", board.guest, re.MULTILINE | re.DOTALL)
    assert found, f"no {name} in the report; {board.tail()}"
    return found[1]


def check_report(board, flavour, smp, mem):
    """Linux is as well off as without a monitor, less the monitor's memory."""
    header = board.audit.header
    assert f"guest: Linux {version(flavour)} on {smp} CPUs" in board.guest
    assert "reboot: Power down" in board.guest
    lo, hi = int(header["lo"], 16), int(header["hi"], 16)
    assert lo % 4096 == 0 and (hi + 1) % 4096 == 0 and hi - lo < 2 << 20
    assert 0x40000000 <= lo and hi < 0x40000000 + (mem << 20)
    assert header["board"] == "qemu-virt" and header["cpus"] == str(smp)

    iomem = section(board, "iomem")
    ram = [(int(a, 16), int(b, 16))
           for a, b in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) : System RAM", iomem, re.MULTILINE)]
    assert ram and not any(a <= hi and b >= lo for a, b in ram), "Linux has the monitor's memory"
    total = sum(b - a + 1 for a, b in ram)
    # Not a page of RAM is gone but the monitor's; without LPAE, high RAM may be.
    if mem <= 2048 or "lpae" in flavour:
        assert total == (mem << 20) - (hi - lo + 1)
    free = int(re.search(r"MemTotal: *(\d+) kB", section(board, "meminfo"))[1])
    assert free * 1024 > total - (64 << 20)

    dmesg = section(board, "dmesg")
    assert not TROUBLE.search(dmesg), TROUBLE.search(dmesg)
    assert "PSCIv1." in dmesg
    assert re.search(r"arch_timer: cp15 timer\(s\) running", dmesg)
    options = section(board, "options")
    assert "vigil,options" not in options and "module@" not in options
    if "fw-cfg" in options:
        assert "disabled" in options
    return board


@pytest.mark.parametrize("smp", (1, 2, 4, 8))
@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_cpus(log, uimage, flavour, smp):
    board = start(log, uimage(kernel=GUEST / f"vmlinuz-{flavour}"), "report", APPEND, smp=smp)
    check_report(board, flavour, smp, 1024)
    header = board.audit.header
    assert header["policies"] == "log,guard"
    assert header["mode"] == "enforce" and header["overflow"] == "drop"


@pytest.mark.parametrize("flavour, mem", (("armmp", 128), ("armmp-lpae", 3072), ("armmp", 3072)))
def test_memory(log, uimage, flavour, mem):
    board = start(log, uimage(kernel=GUEST / f"vmlinuz-{flavour}"), "report", smp=2, mem=f"{mem}M")
    check_report(board, flavour, 2, mem)


@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_hotplug(log, uimage, flavour):
    """CPUs go and come back under load, with an audit line for each."""
    board = start(log, uimage(kernel=GUEST / f"vmlinuz-{flavour}"), "hotplug", smp=4,
                  options="log.call=0x84000002-0x84000003")
    guest = board.guest
    assert "hotplug done" in guest and "FAIL" not in guest
    for n in range(5):
        assert f"round {n}: 1 online" in guest and f"round {n}: 4 online" in guest
    assert "reboot: Power down" in guest


def test_reboot(log, uimage):
    """QEMU ends at a reset; the log is flushed before it."""
    board = start(log, uimage(kernel=GUEST / "vmlinuz-armmp"), "reboot", options=LOG)
    assert "reboot: Restarting system" in board.guest
    audit = board.audit.check()
    assert audit.records[-1].nr == 0x84000009


@pytest.mark.parametrize("ramdisk", (False, True), ids=("kernel", "kernel+ramdisk"))
def test_module(log, uimage, ramdisk):
    """A kernel that /chosen names, as Xen's users have it."""
    more = {"module_ramdisk": INITRD, "initrd": None} if ramdisk else {}
    board = start(log, uimage(), "report", smp=2, module=GUEST / "vmlinuz-armmp", **more)
    check_report(board, "armmp", 2, 1024)


def test_module_wins(log, uimage):
    """With both, the one that /chosen names is started."""
    board = start(log, uimage(kernel=GUEST / "vmlinuz-armmp"), "report",
                  module=GUEST / "vmlinuz-armmp-lpae")
    check_report(board, "armmp-lpae", 1, 1024)


@pytest.mark.parametrize("build", ("none", "clang"))
def test_build(log, uimage, build):
    """No policy at all; and built by the other compiler."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=TEST / build / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, "report", smp=4)
    check_report(board, "armmp", 4, 1024)
    assert board.audit.header["policies"] == ("none" if build == "none" else "log,guard")


def test_early_printk_name(tmp_path):
    """CONFIG_EARLY_PRINTK, as Xen's users know it, names the board."""
    done = vigil.run("make", "-n", f"BUILD={tmp_path}", f"GUEST={GUEST}",
                     "CONFIG_EARLY_PRINTK=qemu-virt")
    assert done.returncode == 0 and f"{tmp_path}/qemu-virt/uImage" in done.stdout


def test_dma_named(log, uimage):
    """The bus masters that the guest keeps are in the boot log, once."""
    board = start(log, uimage(kernel=GUEST / "vmlinuz-armmp"), "report")
    named = board.audit.header["dma"].split(",")
    assert sorted(named) == sorted({*named}) and "pcie@10000000" in named
    assert len([name for name in named if name.startswith("virtio_mmio@")]) == 32
    assert "virtio" in section(board, "virtio")


@pytest.mark.parametrize("what", ("dma", "virtio_mmio,pcie@10000000"), ids=("dma", "names"))
def test_withhold_masters(log, uimage, what):
    board = start(log, uimage(kernel=GUEST / "vmlinuz-armmp"), "report", options=f"withhold={what}")
    check_report(board, "armmp", 1, 1024)
    assert not section(board, "virtio").replace("/sys/bus/virtio/devices:", "").replace(
        "/sys/bus/pci/devices:", "").strip()
    assert "PCI" not in section(board, "iomem")
    assert board.audit.header["dma"] == "none"


def test_withhold_device(log, uimage):
    board = start(log, uimage(kernel=GUEST / "vmlinuz-armmp"), "report",
                  options="withhold=pl031@9010000")
    check_report(board, "armmp", 1, 1024)
    iomem = section(board, "iomem")
    assert "rtc" not in iomem and "pl061" in iomem and "PCI" in iomem


GUARDED = ("log.mmio=0x9010000+0x1000 log.read=0x58001000+0x1000 log.write=0x58001000+0x1000 "
           "guard.mmio=0x9010008 guard.memory=0x58000000+0x1000")


@pytest.mark.parametrize("mode", ("enforce", "monitor"))
@pytest.mark.parametrize("flavour", ("armmp", "armmp-lpae"))
def test_guarded(log, uimage, flavour, mode):
    """Policies at work on Linux: the clock is not set, the page not written."""
    board = start(log, uimage(kernel=GUEST / f"vmlinuz-{flavour}"), "guarded", f"{QUIET} mem=256M",
                  mem="512M", options=f"{GUARDED} mode={mode}")
    enforced = mode == "enforce"
    guest = board.guest
    assert "clock read" in guest and "clock set" in guest
    assert "plain: 0x12345678" in guest and "logged: 0x0000CAFE" in guest
    before = re.search(r"before: (\w+)", guest)[1]
    after = re.search(r"after: (\w+)", guest)[1]
    assert ("Bus error" in guest) == enforced
    assert after == (before if enforced else "0x00000001")

    audit = board.audit.check()
    verdict = ("deny", None) if enforced else ("allow", "deny")
    denied = [r for r in audit.records if r.by == "guard"]
    assert [(r.kind, r.access, r.size, r.ipa) for r in denied] == [
        ("mmio", "w", 4, 0x9010008), ("mem", "w", 4, 0x58000000)]
    assert all((r.verdict, r.would) == verdict for r in denied)
    assert (denied[0].mode, denied[1].mode) == ("svc", "usr") and denied[1].val == 1
    logged = [r for r in audit.records if r.kind == "mem" and r.by == "log"]
    assert [(r.access, r.ipa, r.val) for r in logged if r.ipa == 0x58001000] == [
        ("w", 0x58001000, 0xcafe), ("r", 0x58001000, 0xcafe)]
    assert all(r.by == "log" and r.verdict == "allow" for r in audit.records
               if r.kind == "mmio" and r.ipa != 0x9010008)


def test_policy_dir(log, uimage):
    """A policy of POLICY_DIR tells the guest the time."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=TEST / "own" / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, "clock", options="rtcwatch.time=1000000000")
    assert "epoch: 1000000000" in board.guest
    audit = board.audit.check()
    assert "rtcwatch" in audit.header["policies"].split(",")
    reads = [r for r in audit.records if r.by == "rtcwatch" and r.ipa == 0x9010000]
    assert reads and all(r.val == 1000000000 and r.verdict == "allow" for r in reads)


def test_shell(log, uimage):
    """What the README shows: a shell on a pipe."""
    with vigil.Board(log, uimage=uimage(kernel=GUEST / "vmlinuz-armmp"), smp=4,
                     initrd=vigil.BUILD / "initramfs.gz", append=QUIET, options=LOG, stdin=True) as board:
        board.send("echo $((6 * 7)) and no more; poweroff -f\n")
        board.expect(r"\n42 and no more")
        board.finish()



def test_lockdown(log, uimage):
    """A kernel that is locked goes on as before; what patches its text is on the log."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp",
                   vigil=TEST / "lockdown" / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, "lockdown", smp=4, options="log.reg=CPACR,VBAR,PRRR")
    guest = board.guest
    for line in ("module came and went", "jump labels on", "function traced",
                 "four pipelines agree", "4 CPUs at the end"):
        assert line in guest
    assert "FAIL" not in guest and not TROUBLE.search(guest)
    audit = board.audit.check()
    locked = [r for r in audit.records if r.by == "lockdown" and r.kind == "sysreg"]
    assert [(r.reg, r.verdict) for r in locked] == [("TTBR0", "allow")]
    # By its fixmap, and by one instruction of its own.
    patches = [r for r in audit.records if r.by == "lockdown" and r.kind == "mem"]
    assert patches and len({r.pc for r in patches}) == 1
    assert all(r.verdict == "allow" and 0xffc00000 <= r.va < 0xfff00000 for r in patches)
    assert {r.c for r in audit.records if r.reg == "CPACR" and r.access == "w"} == {0, 1, 2, 3}


def test_lockdown_vector(log, uimage):
    """With all policies, and system calls seen without breakpoints: in a page that is locked too."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=TEST / "all" / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, "lockdown", smp=4, options="svc=vector trace.calls=finit_module,kill "
                                                         "trace.rate=20")
    guest = board.guest
    for line in ("module came and went", "jump labels on", "function traced",
                 "four pipelines agree", "4 CPUs at the end"):
        assert line in guest
    assert "FAIL" not in guest and not TROUBLE.search(guest)
    records = board.audit.check().records
    assert [r.reg for r in records if r.by == "lockdown" and r.kind == "sysreg"] == ["TTBR0"]
    assert {r.call for r in records if r.kind == "syscall"} == {"finit_module", "kill"}


def test_lockdown_lpae(log, uimage):
    """The same by the other format of page tables, of which TTBR1 holds the kernel's."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp-lpae",
                   vigil=TEST / "lockdown" / vigil.PLATFORM / "vigil.bin")
    board = start(log, image, "hotplug", smp=4)
    assert "hotplug done" in board.guest and "FAIL" not in board.guest
    locked = [r for r in board.audit.records if r.by == "lockdown" and r.kind == "sysreg"]
    assert [(r.reg, r.size, r.verdict) for r in locked] == [("TTBR0", 8, "allow")]
