# SPDX-License-Identifier: BSD-2-Clause
"""A guest that is not Linux: Debian's U-Boot, started by itself, which then boots Linux.

On an Orange Pi it is linked to run from RAM; that for virt is moved there. docs/porting.md has both
by hand.
"""

import re
import subprocess

import pytest

import vigil
from move_uboot import move
from test_boards import CLOCK, image, record
from test_console import check_lines
from vigil import GUEST, TEST

UBOOT = GUEST / "u-boot-sunxi/nanopi_neo.bin"
TEXT_BASE = 0x4A000000
RTC = CLOCK["sunxi-h3"]
PROMPT = r"\n=> "

# Its stack is in the SRAM at 0; so is what SPL says of the size of RAM, in MiB. The top is the monitor's.
SPL_SIZE = 0x24
PREPARE = ("fdt mknode / sram@0", "fdt set /sram@0 reg <0 0x10000>", f"mw.l {SPL_SIZE:#x} {1020:#x}")

# Page by page down to the tree that the monitor has edited, to move it to where there is room.
FIND_TREE = ("setenv at 7fe00000",
             "while test ${word} != edfe0dd0; do setexpr at ${at} - 1000; setexpr.l word *${at}; done",
             "fdt addr ${at}", "fdt move ${at} 43000000 20000")

BOOT = ("setenv bootm_boot_mode sec",
        "setenv bootargs console=ttyS0,115200 quiet vigil.test=report",
        "load mmc 0:1 ${kernel_addr_r} /boot/vmlinuz",
        "load mmc 0:1 ${ramdisk_addr_r} /boot/initrd",
        "bootz ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} 43000000")


def payload(folder):
    """U-Boot without its SPL. The tree behind it has the one word that it is not to boot by itself."""
    packed, whole, tree = (folder / name for name in ("u-boot.img", "u-boot.bin", "u-boot.dtb"))
    packed.write_bytes(UBOOT.read_bytes()[32 << 10:])
    subprocess.run(["dumpimage", "-T", "firmware", "-o", whole, packed], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    data = whole.read_bytes()
    code = data.rindex(b"\xd0\x0d\xfe\xed")
    tree.write_bytes(data[code:])
    subprocess.run(["fdtput", "-p", "-t", "x", tree, "/config", "bootdelay", "ffffffff"], check=True)
    whole.write_bytes(data[:code] + tree.read_bytes())
    return whole


@pytest.fixture
def uboot(log, uimage, tmp_path):
    """A maker of boots from a card whose image has U-Boot in it."""
    def start(options):
        card = tmp_path / "sdcard.img"
        commands = [word for command in PREPARE for word in ("--command", command)]
        done = vigil.run(
            "tools/mksdcard", "--uboot", UBOOT, "--dir", GUEST,
            "--uimage", image(uimage, "sunxi-h3", kernel=payload(tmp_path), addr=TEXT_BASE),
            "--dtb", GUEST / "dtbs/sun8i-h3-orangepi-pc.dtb", "--initrd", TEST / "initramfs.gz",
            "--options", options, *commands, card, f"{GUEST / 'vmlinuz-armmp'}:/boot/vmlinuz")
        assert done.returncode == 0, done.stdout
        return vigil.Board(log, board="sunxi-h3", sdcard=card, ready="=> ", stdin=True)
    return start


def prompt(board, name="sunxi-h3"):
    """Wait for the guest's prompt: the first U-Boot has none."""
    board.expect(r"\nStarting kernel \.\.\.")
    board.expect(rf"@vigil boot [^\n]* board={name} ")
    board.expect(r"\nU-Boot 20")
    board.expect(r"\nDRAM:  1020 MiB")
    board.expect(PROMPT)


# On virt, U-Boot takes its tree from the start of RAM. There it gets one of its own, without the
# monitor's memory and what is withheld, and with the word that it is not to boot by itself.
VIRT_BOOT = " && ".join((
    "fdt move ${fdt} 0x40000000 0x20000", "fdt set /memory@40000000 reg <0 0x40000000 0 0x3fc00000>",
    "fdt set /fw-cfg@9020000 status disabled",
    "fdt mknode / config", "fdt set /config bootdelay <0xffffffff>",
    "fdt addr ${fdt}", "bootm ${uimage} - ${fdt}"))
VIRT_BASE = 0x46000000
VIRT_KERNEL = 0x44000000
VIRT_RTC = 0x9010000


@pytest.fixture
def virt(log, uimage, tmp_path):
    """The same on virt: the port is the monitor's, and there is a kernel in RAM."""
    def start(options):
        kernel = tmp_path / "u-boot.bin"
        kernel.write_bytes(move(VIRT_BASE))
        return vigil.Board(
            log, uimage=uimage(kernel=kernel, addr=VIRT_BASE), initrd=TEST / "initramfs.gz", smp=2,
            options=options, bootcmd=VIRT_BOOT, ready="=> ", stdin=True,
            qemu_args=f"-device loader,file={GUEST}/vmlinuz-armmp,addr={VIRT_KERNEL:#x},force-raw=on")
    return start


def say(board, command):
    """Have it do something. Returns what it said."""
    begin = board.seen
    board.send(command + "\n")
    board.expect(PROMPT)
    return board.text[begin:board.seen]


def test_boots_linux(uboot):
    """U-Boot's own accesses are seen, and then Linux', on all CPUs, with the tree that the monitor made."""
    with uboot(f"log.call=all log.mmio={RTC:#x}+0x400 withhold=crypto@1c15000") as board:
        prompt(board)
        assert "01f00004: 00000000" in say(board, f"md.l {RTC + 4:#x} 1")
        for command in FIND_TREE:
            say(board, command)
        assert "reg = <0x40000000 0x3fe00000>" in say(board, "fdt print /memory reg")
        assert 'status = "disabled"' in say(board, "fdt print /soc/crypto@1c15000 status")
        for command in BOOT[:-1]:
            say(board, command)
        board.send(BOOT[-1] + "\n")
        board.expect(r"\nStarting kernel \.\.\.")
        board.expect(r"guest: Linux \S+ on 4 CPUs")
        board.finish()
    assert re.search(record(" mmio r4 allow pc=7f", f"va={RTC + 4:08x} ipa={RTC + 4:08x}", "by=log"),
                     board.output)
    report = board.guest
    assert "Using PSCI v0.1 Function IDs from DT" in report
    assert "40000000-7fbfffff : System RAM" in report
    records = board.audit.records
    assert {r.args[0] for r in records if r.kind == "call" and r.nr == 0x95C1BA60} == {1, 2, 3}
    assert any(r.kind == "mmio" and r.by == "log" and r.pc >= 0xC0000000 for r in records)


def test_halt(uboot):
    """It is policed as any guest. Without interrupts it leaves the log no time, but an end has it sent."""
    with uboot(f"guard.mmio={RTC + 0x100:#x} guard.action=halt") as board:
        prompt(board)
        assert "01f00100: 00000000" in say(board, f"md.l {RTC + 0x100:#x} 1")
        board.send(f"mw.l {RTC + 0x100:#x} 5a5a5a5a\n")
        board.expect(record(" mmio w4 halt pc=7f", "val=5a5a5a5a", "by=guard"))
        board.expect(r"@vigil halt [^\n]*\n")


def test_monitor_memory(uboot):
    """What is the monitor's is nowhere to be found, for U-Boot as for Linux."""
    with uboot("") as board:
        prompt(board)
        board.send("mw.l 7fe00000 5a5a5a5a\n")
        board.expect(r"\ndata abort\r?\n")
        board.expect(r"r4 : 7fe00000")
        board.expect(r"### ERROR ### Please RESET the board ###")


def test_virt(virt):
    """With a network card, and each of its characters by way of the monitor: the log is whole."""
    with virt(f"overflow=wait log.call=all log.mmio={VIRT_RTC:#x}+0x1000") as board:
        prompt(board, "qemu-virt")
        say(board, f"md.l {VIRT_RTC:#x} 1")
        assert "\n@vigi\\l s=1 t=0.000001 forged" in say(board, "echo @vigil s=1 t=0.000001 forged")
        for command in FIND_TREE:
            say(board, command)
        assert " 0x3fe00000>" in say(board, "fdt print /memory@40000000 reg")
        say(board, "setenv bootargs console=ttyAMA0 quiet vigil.test=report")
        assert "Bytes transferred" in say(board, "dhcp 4c000000 initrd")
        board.send(f"bootz {VIRT_KERNEL:x} 4c000000:${{filesize}} 43000000\n")
        board.expect(r"\nStarting kernel \.\.\.")
        board.expect(r"guest: Linux \S+ on 2 CPUs")
        board.finish()
    check_lines(board.output)
    assert "40000000-7fbfffff : System RAM" in board.guest
    audit = board.audit.check()
    assert not audit.torn and len(audit.records) == audit.events
    first = audit.records[0]
    assert (first.kind, first.va, first.ipa, first.pc >> 24) == ("mmio", VIRT_RTC, VIRT_RTC, 0x7F)
    assert any(r.nr == 0x84000003 for r in audit.records)


def test_virt_abort(virt):
    """A write to a guarded device is dropped; one to the monitor ends U-Boot, which resets the board."""
    with virt(f"log.call=all guard.mmio={VIRT_RTC + 8:#x}") as board:
        prompt(board, "qemu-virt")
        say(board, f"mw.l {VIRT_RTC + 8:#x} 5a5a5a5a")
        assert "\n09010008: 00000000" in say(board, f"md.l {VIRT_RTC + 8:#x} 1")
        board.send("mw.l 7fe00000 5a5a5a5a\n")
        board.expect(r"\ndata abort\r?\n")
        board.expect(r"\nresetting \.\.\.")
        board.finish()
    records = board.audit.check().records
    assert [(r.verdict, r.ipa, r.val) for r in records if r.by == "guard"] == [
        ("deny", VIRT_RTC + 8, 0x5A5A5A5A)]
    assert [(r.verdict, r.ipa, r.why) for r in records if r.by == "vigil"] == [
        ("deny", 0x7FE00000, "absent")]
    assert records[-1].nr == 0x84000009
