# SPDX-License-Identifier: BSD-2-Clause
"""Boards that are not virt: their own firmware, ports, and ways to start CPUs.

None of them has a PSCI that switches it off, and what waits in the log then is lost: a test waits
for what it wants to see, and has the guest go off after that.
"""

import re

import pytest

import vigil
from test_operator import ESCAPE, press
from vigil import GUEST, ROOT, TEST

TESTS = [ROOT / "tests/boot/linux" / name for name in ("calls", "h3", "report")]
PROMPT = r"/ # "
VLOG = vigil.BUILD / "tools/vigil-log"
KEY = bytes(range(0xf0, 0x100)).hex()
CLOCK = {"sunxi-h3": 0x1F00000, "vexpress-a15": 0x1C170000}


def image(uimage, platform, kernel=GUEST / "vmlinuz-armmp", **options):
    """The monitor with all policies, and Debian's kernel unless it is to be another."""
    return uimage(kernel=kernel, vigil=TEST / "boards" / platform / "vigil.bin", **options)


@pytest.fixture
def orangepi(log, uimage, tmp_path):
    """A maker of boots from a card of their own: SPL, U-Boot, its PSCI 0.1, root on the card."""
    def start(options, more="", commands=(), **kwargs):
        card = tmp_path / "sdcard.img"
        module = next(GUEST.glob("modules-armmp/lib/modules/*/kernel/drivers/net/dummy.ko"))
        done = vigil.run(
            "tools/mksdcard", "--uboot", GUEST / "u-boot-sunxi/nanopi_neo.bin",
            "--uimage", image(uimage, "sunxi-h3"), "--dir", GUEST,
            "--dtb", GUEST / "dtbs/sun8i-h3-orangepi-pc.dtb", "--options", options,
            "--append", f"console=ttyS0,115200 root=/dev/mmcblk0p1 quiet {more}",
            *(word for command in commands for word in ("--command", command)), card, *TESTS, module)
        assert done.returncode == 0, done.stdout
        return vigil.Board(log, board="sunxi-h3", sdcard=card, stdin=True, **kwargs)
    return start


@pytest.fixture
def vexpress(log, uimage):
    """A maker of boots by QEMU's -kernel: the second CPU waits for SYS_FLAGS."""
    def start(options, more="", **kwargs):
        kwargs.setdefault("smp", 2)
        return vigil.Board(log, board="vexpress-a15", uimage=image(uimage, "vexpress-a15"),
                           initrd=TEST / "initramfs.gz", dtb=GUEST / "dtbs/vexpress-v2p-ca15-tc1.dtb",
                           append=f"console=ttyAMA0 quiet {more}", options=options,
                           stdin=True, **kwargs)
    return start


def record(*words):
    """A record with these words, wherever the guest's output has torn it."""
    return r"@vigil s=[0-9a-f]+ t=[^@]*?" + "[^@]*?".join(map(re.escape, words))


def shell(board, platform, smp):
    """Wait for the guest's shell. Returns the log's header."""
    board.expect(rf"guest: Linux \S+ on {smp} CPUs")
    board.expect(PROMPT)
    assert "vigil: no " not in board.output
    header = board.audit.header
    assert header["board"] == platform and header["cpus"] == str(smp)
    assert header["policies"] == "log,guard,sysfilter,lockdown"
    return header


def test(board, name, done):
    """Run a test of tests/boot/linux. Returns what it wrote, without the monitor's lines."""
    begin = len(board.text)
    board.send(f"sh /tests/{name}\n")
    board.expect(done)
    return re.sub(r"@vigil [^\n]*\n", "", board.text[begin:]).replace("\r", "")


test.__test__ = False


def off(board):
    board.send("poweroff -f\n")
    board.finish()


def check_memory(text, header):
    """The monitor's memory is not the guest's."""
    lo, hi = int(header["lo"], 16), int(header["hi"], 16)
    ram = [(int(a, 16), int(b, 16)) for a, b in
           re.findall(r"^([0-9a-f]+)-([0-9a-f]+) : System RAM", text, re.MULTILINE)]
    assert ram and not any(a <= hi and b >= lo for a, b in ram)
    assert sum(b - a + 1 for a, b in ram) == (1 << 30) - (hi - lo + 1)


def test_orangepi_log(orangepi):
    """Firmware calls by PSCI 0.1, and the clock."""
    clock = CLOCK["sunxi-h3"]
    with orangepi(f"log.call=all log.mmio={clock:#x}+0x400") as board:
        header = shell(board, "sunxi-h3", 4)
        assert header["hz"] == "24000000"
        assert {"mmc@1c0f000", "usb@1c1a000", "ethernet@1c30000"} <= set(header["dma"].split(","))
        report = test(board, "report", "== end")
        assert "EXT4-fs (mmcblk0p1): mounted" in report
        assert "Using PSCI v0.1 Function IDs from DT" in report
        check_memory(report, header)
        board.expect(PROMPT)
        off(board)
        records = board.audit.records
    started = {r.args[0] for r in records if r.kind == "call" and r.nr == 0x95C1BA60}
    assert started == {1, 2, 3}
    assert [r for r in records if r.kind == "mmio" and r.ipa & ~0x3FF == clock and r.by == "log"]


def test_orangepi_guard(orangepi):
    """What shares a page with a device, and what starts CPUs or moves memory, is kept back."""
    with orangepi("guard.mmio=0x1f00100", "iomem=relaxed") as board:
        shell(board, "sunxi-h3", 4)
        text = test(board, "h3", "h3 done")
        board.expect(PROMPT)
        board.send("true\n")
        off(board)
        seen = dict(re.findall(r"^(\w+): (\S+)$", text, re.MULTILINE))
        assert {name: seen[name] for name in ("r_cpucfg", "entry", "dram", "secure")} == dict.fromkeys(
            ("r_cpucfg", "entry", "dram", "secure"), "refused")
        assert seen["r_ccu"].startswith("0x")
        assert seen["guarded"] == "0x00000000" and seen["other"] == "0xA5A5A5A5"
        records = board.audit.records
    assert {r.ipa for r in records if r.by == "vigil" and r.why == "absent"} >= {0x1F01C00, 0x1C62000}
    assert [(r.access, r.val) for r in records if r.by == "guard"] == [("w", 0x5A5A5A5A)]


def test_orangepi_port(orangepi, log, tmp_path):
    """The log has a port that is in one page with the guest's, which works by emulation."""
    with vigil.Port(log.with_suffix(".port.log"), tmp_path / "port") as second, \
         orangepi("log=0x1c28400 log.call=all", "iomem=relaxed",
                  ["fdt set /soc/serial@1c28400 status okay"], qemu_args=f"-serial {second.serial}") as board:
        second.expect(vigil.HEADER)
        board.expect(r"guest: Linux \S+ on 4 CPUs")
        board.expect(PROMPT)
        text = test(board, "calls", "calls done")
        assert "files: 40" in text and "hw: 1" in text
        board.send("devmem 0x1c28400\n")
        board.expect(r"Bus error")
        second.expect(record(" mem r4 deny ", "ipa=01c28400", "why=absent"))
        board.send("seq 1 500; dmesg | grep -c 'ttyS[1-3] at'\n")
        board.expect("".join(rf"{n}\r\n" for n in range(1, 501)) + r"0\r\n")
        off(board)
    assert "vigil" not in board.output
    assert {r.args[0] for r in second.audit.records if r.nr == 0x95C1BA60} == {1, 2, 3}


def said(text, line):
    """This is there, whole or with a record in it: guest and monitor share the port."""
    return line in text or any(
        re.search(rf"{re.escape(line[:at])}@vigil [^\n]*{re.escape(line[at:])}", text)
        for at in range(1, len(line)))


def test_orangepi_sysfilter(orangepi):
    with orangepi("sysfilter.deny=mkdir,mkdirat") as board:
        shell(board, "sunxi-h3", 4)
        test(board, "calls", "calls done")
        board.expect(PROMPT)
        off(board)
    for line in ("mkdir: can't create directory '/new': Operation not permitted", "200 199 198",
                 "files: 40", "signal", "hw: 0"):
        assert said(board.output, line), line
    assert board.audit.torn or re.search(
        record(" syscall svc deny ", "call=mkdir", "by=sysfilter"), board.output)


def test_orangepi_lockdown(orangepi):
    with orangepi("") as board:
        shell(board, "sunxi-h3", 4)
        board.send("insmod /tests/dummy.ko && rmmod dummy && echo module came and went\n")
        board.expect(r"\nmodule came and went")
        board.send("echo 1 >/proc/sys/kernel/sched_schedstats && echo jump labels on\n")
        board.expect(r"\njump labels on")
        text = test(board, "calls", "calls done")
        board.expect(PROMPT)
        off(board)
    assert "files: 40" in text and "made: /new" in text
    assert re.search(record(" sysreg w", "reg=TTBR0", "by=lockdown"), board.output)
    assert re.search(record(" mem w4 allow", "by=lockdown"), board.output)


def test_vexpress(vexpress):
    """The second CPU comes without PSCI; all policies at once."""
    clock = CLOCK["vexpress-a15"]
    with vexpress(f"log.mmio={clock:#x}+0x1000 guard.mmio={clock + 8:#x} sysfilter.deny=mkdir") as board:
        header = shell(board, "vexpress-a15", 2)
        assert not re.search(r"BUG|WARNING|failed to (boot|come)", board.guest)
        check_memory(test(board, "report", "== end"), header)
        board.send("hwclock -w; echo clock: $?\n")
        board.expect(r"clock: 0")
        text = test(board, "calls", "calls done")
        board.expect(PROMPT)
        off(board)
        assert "reboot: Power down" in board.guest
    assert "'/new': Operation not permitted" in text and "files: 40" in text
    records = board.audit.records
    assert {r.c for r in records} == {0, 1}
    assert re.search(record(" mmio w4 deny ", f"ipa={clock + 8:08x}", "by=guard"), board.output)
    assert re.search(record("call=mkdir", "by=sysfilter"), board.output)
    assert re.search(record(" sysreg w", "reg=TTBR0", "by=lockdown"), board.output)


def test_vexpress_log(vexpress, log, tmp_path):
    """The log and its operator have the second port, the guest has the first as if there were none."""
    clock, port = CLOCK["vexpress-a15"], 0x1C0A0000
    with vigil.Port(log.with_suffix(".port.log"), tmp_path / "port") as second, \
         vexpress(f"log={port:#x} log.mmio={clock:#x}+0x1000", qemu_args=f"-serial {second.serial}") as board:
        header = second.expect(vigil.HEADER)
        assert header.start() == 0 and header["board"] == "vexpress-a15"
        board.expect(r"guest: Linux \S+ on 2 CPUs")
        board.expect(PROMPT)
        assert "vigil" not in board.text
        for command, answer in (
                ("echo @vi''gil s=1", r"\n@vigil s=1\r\n"),
                ("hwclock -w; echo clock: $?", r"\nclock: 0\r\n"),
                ("cat $(find /proc/device-tree/ -name serial@a0000)/status; echo .", r"\ndisabled\0\.\r\n"),
                (f"devmem {port:#x}", r"Bus error"),
                (f"devmem {port:#x} 32 0x41", r"Bus error"),
                ("echo read'y'; head -n 1 | hexdump -C", r"\nready\r\n")):
            board.send(command + "\n")
            board.expect(answer)
        # What is typed here is the guest's, be it an escape.
        board.send(f"a{ESCAPE}qb\n")
        board.expect(r"61 1d 71 62 0a")
        board.expect(PROMPT)

        text = press(second, "v")[1]
        assert text.endswith(f" options=log={port:#x} log.mmio={clock:#x}+0x1000\n")
        assert press(second, "s")[2]["guest"] == "stopped"
        board.send("echo go'n'e on\n")
        assert press(second, "c")[2]["guest"] == "running"
        board.expect(r"\ngone on\r\n")
        press(second, "q")
        records = vigil.Audit(second.text[:second.text.rindex("@vigil count by=")]).check().records
        press(second, "L")
        second.send(ESCAPE + "v")
        board.send("sleep 3; echo slep't'\n")
        board.expect(r"\nslept\r\n")
        off(board)
    assert second.text.count("@vigil operator ") == 5
    # Not even the mark, but for what the shell wrote.
    assert re.findall(r"@vig[^\r\n]*", board.text) == ["@vigil s=1"]
    assert {r.access for r in records if r.kind == "mmio" and r.by == "log"} == {"r", "w"}
    refused = [(r.access, r.verdict, r.why) for r in records if r.ipa == port]
    assert refused == [("r", "deny", "absent"), ("w", "deny", "absent")]


def test_vexpress_key(vexpress, tmp_path):
    """KEY= of make run: each line has its tag, to the halt that is this log's end."""
    clock = CLOCK["vexpress-a15"]
    with vexpress(f"guard.mmio={clock + 8:#x} guard.action=halt log.mmio={clock:#x}+4",
                  key=KEY) as board:
        board.expect(r"guest: Linux \S+ on 2 CPUs")
        board.expect(PROMPT)
        board.send("hwclock -w\n")
        board.expect(r"@vigil halt cpu=\d mac=\w{16}\r\n")
        capture = tmp_path / "console"
        capture.write_text(board.text[:board.seen], "latin-1")
    assert KEY not in board.output
    verified = vigil.run(VLOG, "verify", f"--key={KEY}", capture)
    assert verified.returncode == 0 and verified.stdout.endswith(" lines\n"), verified.stdout
    lines = len(re.findall("@vigil ", board.text[:board.seen]))
    assert lines > 3 and f", {lines} tags right: complete\n" in verified.stdout


def test_vexpress_missing_cpu(vexpress):
    """A CPU that the tree names and that does not come would enter Hyp mode later: no guest."""
    with vexpress("", qemu_args="-smp 1") as board:
        board.expect(r"vigil: stop: CPU 1 does not come: is it in Hyp mode\?")


@pytest.fixture
def imx7d(log, uimage):
    """A maker of whole boots by QEMU's -kernel, which is also its PSCI."""
    def boot(options, more):
        return vigil.boot(log, board="imx7d", uimage=image(uimage, "imx7d"), smp=2,
                          initrd=TEST / "initramfs.gz", dtb=GUEST / "dtbs/imx7d-sdb.dtb",
                          append=f"console=ttymxc0,115200 quiet {more}", options=options)
    return boot


def test_imx7d(imx7d):
    """CPUs off and on by PSCI, a log that is flushed."""
    board = imx7d("log.call=0x84000002-0x84000003", "vigil.test=hotplug")
    header, guest = board.audit.header, board.guest
    assert header["board"] == "imx7d" and header["cpus"] == "2"
    assert {"mmc@30b40000", "dma-controller@30bd0000"} <= set(header["dma"].split(","))
    # Of the drivers some fail, for QEMU does not have all of the SoC; of the CPUs none.
    assert "hotplug done" in guest and not re.search(r"FAIL /sys|WARNING|BUG|Oops|rcu.*stall", guest)
    for n in range(5):
        assert f"round {n}: 1 online" in guest and f"round {n}: 2 online" in guest
    calls = [r.nr for r in board.audit.check().records if r.kind == "call"]
    assert calls.count(0x84000002) >= 4 and calls.count(0x84000003) >= 4


def test_imx7d_policies(imx7d):
    """Guard, sysfilter and lockdown, on both CPUs."""
    clock = 0x30370038  # SNVS_LPCR, whose bit 0 starts it
    board = imx7d(f"guard.mmio={clock:#x} log.mmio={clock:#x} sysfilter.deny=mkdir,mkdirat",
                  "vigil.test=calls")
    assert "'/new': Operation not permitted" in board.guest and "files: 40" in board.guest
    records = board.audit.check().records
    assert {r.c for r in records} == {0, 1}
    assert [r for r in records if r.kind == "syscall" and r.by == "sysfilter" and r.verdict == "deny"]
    assert [r for r in records if r.kind == "sysreg" and r.by == "lockdown"]
    clocks = {(r.access, r.by) for r in records if r.kind == "mmio" and r.ipa == clock}
    assert clocks == {("r", "log"), ("w", "guard")}


@pytest.mark.parametrize("name, platform", (("exynos5410", "exynos5"), ("vexpress", "vexpress-a15"),
                                            ("sunxi-h3", "sunxi-h3")))
def test_early_printk(tmp_path, name, platform):
    """The names that Xen has for them."""
    done = vigil.run("make", "-n", f"BUILD={tmp_path}", f"GUEST={GUEST}", f"CONFIG_EARLY_PRINTK={name}")
    assert done.returncode == 0 and f"{tmp_path}/{platform}/uImage" in done.stdout


def test_exynos5_builds(tmp_path):
    """It cannot be run here. Its UART is where Xen's early printk has it."""
    done = vigil.run("make", "-s", f"BUILD={tmp_path}", f"GUEST={GUEST}",
                     "CONFIG_EARLY_PRINTK=exynos5250", "CROSS_COMPILE=arm-linux-gnueabihf-")
    assert done.returncode == 0, done.stdout
    binary = (tmp_path / "exynos5/vigil.bin").read_bytes()
    assert b"exynos5" in binary and (0x12C20000).to_bytes(4, "little") in binary


def test_platform_dir(tmp_path):
    """A board and its UART from a folder of one's own, and nothing of platform/."""
    folder = tmp_path / "mine"
    folder.mkdir()
    board, uart = ((ROOT / f"platform/{name}.c").read_text() for name in ("imx7d", "pl011"))
    board = re.sub(r"\.uart = .*", ".uart = &uart_pl011,", board.replace('"imx7d"', '"myboard"'))
    (folder / "board.c").write_text(board)
    (folder / "uart.c").write_text(uart)
    done = vigil.run("make", "-s", f"BUILD={tmp_path}", f"GUEST={GUEST}", "PLATFORM=myboard",
                     f"PLATFORM_DIR={folder}")
    assert done.returncode == 0, done.stdout
    binary = (tmp_path / "myboard/vigil.bin").read_bytes()
    assert b"myboard" in binary and b"fsl,imx7d-src" in binary and b"dummy-virt" not in binary


def test_platform_dir_empty(tmp_path):
    done = vigil.run("make", "-s", f"BUILD={tmp_path}", f"GUEST={GUEST}", f"PLATFORM_DIR={tmp_path}")
    assert done.returncode and f"PLATFORM_DIR '{tmp_path}' has no board" in done.stdout


def test_card_key(tmp_path, uimage):
    """The boot script on a card sets the key, as it sets the options."""
    card = tmp_path / "sdcard.img"
    done = vigil.run(
        "tools/mksdcard", "--uboot", GUEST / "u-boot-sunxi/nanopi_neo.bin", "--dir", GUEST,
        "--uimage", image(uimage, "sunxi-h3"), "--dtb", GUEST / "dtbs/sun8i-h3-orangepi-pc.dtb",
        "--key", KEY, card)
    assert done.returncode == 0, done.stdout
    done = vigil.run("/sbin/debugfs", "-R", "cat /boot/boot.cmd", f"{card}?offset=1048576")
    octets = re.search(r" fdt set /chosen vigil,key '\[([0-9a-f ]+)\]' ", done.stdout)
    assert octets and octets[1].replace(" ", "") == KEY, done.stdout


def test_card_of_another(tmp_path):
    """Bad input to the tools: one line each, and no image."""
    uboot, dtb = GUEST / "u-boot-sunxi/nanopi_neo.bin", GUEST / "dtbs/sun8i-h3-orangepi-pc.dtb"
    out = tmp_path / "card"
    bad = (["--uboot", dtb, "--uimage", dtb, "--dtb", dtb],
           ["--uboot", uboot, "--uimage", uboot, "--dtb", dtb],
           ["--uboot", uboot, "--uimage", tmp_path / "none", "--dtb", dtb],
           ["--uboot", uboot, "--uimage", dtb, "--dtb", uboot, "--size", "100"],
           ["--uboot", uboot, "--uimage", dtb, "--dtb", dtb, "--size", "large"],
           ["--uboot", uboot, "--uimage", dtb, "--dtb", dtb, "--key", "12"],
           ["--uboot", uboot])
    for arguments in bad:
        done = vigil.run("tools/mksdcard", *arguments, out)
        assert done.returncode and done.stdout.startswith("tools/mksdcard: ")
        assert done.stdout.count("\n") == 1 and not out.exists()
    for arguments in (["--board", "sunxi-h3"], ["--board", "nonesuch"], ["--sdcard", uboot],
                      ["--board", "sunxi-h3", "--sdcard", dtb],
                      ["--board", "sunxi-h3", "--sdcard", uboot, "--key", KEY],
                      ["--board", "vexpress-a15", "--uimage", uboot]):
        done = vigil.run("tools/run", *arguments)
        assert done.returncode and done.stdout.startswith("tools/run: ")
        assert done.stdout.count("\n") == 1
