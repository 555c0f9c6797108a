# SPDX-License-Identifier: BSD-2-Clause
"""Each bad input gives one clear line, and no guest is started."""

import re
import shlex
import struct

import pytest

import vigil
from vigil import GUEST, RAW_ADDR, TEST

KERNEL = GUEST / "vmlinuz-armmp"
INITRD = TEST / "initramfs.gz"
RAM = 0x40000000

# What a guest of ours would write, and what Linux would.
STARTED = re.compile(r"guest: |Booting Linux")


def stops(log, image, *args, **options):
    """Boot, wait for the line, and return its text."""
    with vigil.Board(log, *args, uimage=image, **options) as board:
        # A guest that starts is to be seen at once, not after the timeout.
        match = board.expect(rf"(?:{vigil.STOP}|({STARTED.pattern})"
                             r"|(undefined instruction|data abort|prefetch abort)\n)")
        assert match[1], f"no clear line, but {match[0]!r}; {board.tail()}"
        assert board.output.count("vigil: stop: ") == 1
        assert not STARTED.search(board.output)
        return match[1]


@pytest.fixture
def guest(uimage):
    """The smallest guest there is, for what goes wrong before it matters."""
    def make(**options):
        return uimage(kernel=TEST / "guest.bin", addr=RAW_ADDR, **options)
    return make


def shim(name, word=None):
    code = bytearray((TEST / f"shim-{name}.bin").read_bytes())
    assert len(code) == 64
    if word is not None:
        code[4:8] = struct.pack("<I", word)
    return bytes(code)


# ---- the CPU's state -----------------------------------------------------------

def test_no_hyp(log, guest):
    """The board has no virtualization extensions: U-Boot is in SVC."""
    text = stops(log, guest(), machine="virt")
    assert "virtualization extensions" in text


def test_entered_in_svc(log, guest):
    """It has them, but the image was entered in SVC."""
    text = stops(log, guest(before=shim("svc")))
    assert "mode 13" in text and "Hyp" in text


def test_no_timer_frequency(log, guest):
    text = stops(log, guest(before=shim("timer")))
    assert "no generic timer frequency" in text and "CNTFRQ" in text


# ---- the device tree -----------------------------------------------------------

@pytest.mark.parametrize("r2, name", (
    (0, "null"), (0x48000002, "unaligned"), (0x40400000, "junk"), (0xfffffff8, "the_top"),
    (0x3ff00000, "unmapped"), (0xc0000000, "beyond_ram"), (0x09000000, "device"),
), ids=lambda v: v if isinstance(v, str) else "")
def test_r2(log, guest, r2, name):
    text = stops(log, guest(before=shim("r2", r2)))
    assert "r2" in text and "device tree" in text


@pytest.mark.parametrize("board", ("sun8i-h3-orangepi-pc", "vexpress-v2p-ca15-tc1"))
def test_other_board(log, guest, board):
    text = stops(log, guest(), dtb=GUEST / "dtbs" / f"{board}.dtb")
    assert re.search(r"image is for qemu-virt, the device tree is for \S+", text)


TREE = """/dts-v1/;
%(reserve)s
/ {
	compatible = %(compatible)s;
	#address-cells = <2>;
	#size-cells = <2>;
	%(memory)s
	%(cpus)s
	chosen { bootargs = "none"; };
	psci { compatible = "arm,psci-1.0"; method = "smc"; };
	pl011@9000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>; };
};
"""
GOOD = {
    "reserve": "",
    "compatible": '"linux,dummy-virt"',
    "memory": 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };',
    "cpus": 'cpus { #address-cells = <1>; #size-cells = <0>;'
            ' cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a15"; reg = <0>; }; };',
}


def tree_image(tmp_path, edit=lambda blob: blob, **changes):
    """An image that starts the monitor with a device tree of its own."""
    source = tmp_path / "tree.dts"
    source.write_text(TREE % {**GOOD, **changes})
    done = vigil.run("dtc", "-q", "-I", "dts", "-O", "dtb", "-p", "8192", "-o", tmp_path / "tree.dtb", source)
    assert done.returncode == 0, done.stdout
    out = tmp_path / "uImage"
    # Behind everything, at a multiple of 8; U-Boot's header is 64 bytes.
    guest = TEST / "guest.bin"
    size = 64 + vigil.VIGIL.stat().st_size + 16 + guest.stat().st_size
    distance = (size + 4095) & ~4095
    body = tmp_path / "body"
    body.write_bytes(guest.read_bytes() + bytes(distance - size))
    vigil.make_uimage(out, kernel=body, addr=RAW_ADDR, before=shim("tree", distance))
    # The tree belongs to no payload: append it, and do the header anew.
    data = out.read_bytes()[64:] + edit((tmp_path / "tree.dtb").read_bytes())
    (tmp_path / "whole").write_bytes(data)
    done = vigil.run("mkimage", "-A", "arm", "-O", "linux", "-T", "kernel_noload", "-C", "none",
                     "-a", "0", "-e", "0", "-n", "test", "-d", tmp_path / "whole", out)
    assert done.returncode == 0, done.stdout
    return out


def test_tree_itself(log, tmp_path):
    """The tree that the following ones spoil is good: this boots."""
    board = vigil.boot(log, uimage=tree_image(tmp_path), append="none")
    assert "done 0 ok 0 failed" in board.guest
    # Of the GIC it says nothing.
    assert board.output.count("vigil: no GIC with a virtual interface") == 1


def cut(blob):
    return blob[:40] + bytes(len(blob) - 40)


def old_version(blob):
    return blob[:20] + struct.pack(">2I", 1, 1) + blob[28:]


@pytest.mark.parametrize("changes, expect", (
    ({"memory": ""}, "memory"),
    ({"memory": 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x100000>; };'},
     "memory"),
    ({"memory": 'memory@40000000 { device_type = "memory"; };'}, "memory"),
    # Only above 4 GiB, where no monitor without LPAE can be loaded.
    ({"memory": 'memory@100000000 { device_type = "memory"; reg = <1 0 0 0x40000000>; };'},
     "memory"),
    ({"reserve": "/memreserve/ 0x40000000 0x40000000;"}, "not enough memory"),
    ({"memory": GOOD["memory"] + 'reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;'
                                 ' all@40000000 { reg = <0 0x40000000 0 0x40000000>; }; };'},
     "not enough memory"),
    ({"cpus": ""}, "/cpus"),
    ({"cpus": GOOD["cpus"].replace("<0>; };", "<7>; };")}, "CPU"),
    ({"compatible": '""'}, "device tree is for"),
    ({"edit": cut}, "device tree"),
    ({"edit": old_version}, "device tree"),
), ids=("no-memory", "tiny", "no-reg", "high", "memreserve", "reserved", "no-cpus", "other-cpus",
        "unnamed", "cut", "old"))
def test_tree(log, tmp_path, changes, expect):
    assert expect in stops(log, tree_image(tmp_path, **changes))


# ---- kernel and ramdisk ----------------------------------------------------------

def test_no_kernel(log, uimage):
    assert "no kernel" in stops(log, uimage())


def truncated(tmp_path, size):
    path = tmp_path / "vmlinuz"
    path.write_bytes(KERNEL.read_bytes()[:size])
    return path


@pytest.mark.parametrize("size", (0x30, 1 << 20))
def test_truncated_kernel(log, uimage, tmp_path, size):
    text = stops(log, uimage(kernel=truncated(tmp_path, size)))
    assert re.search(rf"kernel in the uImage is truncated: {size} of {vigil.zimage_size(KERNEL)}", text)


def test_truncated_module(log, uimage, tmp_path):
    text = stops(log, uimage(), module=truncated(tmp_path, 1 << 20))
    assert "kernel of /chosen is truncated" in text


def test_module_no_zimage(log, uimage):
    text = stops(log, uimage(), module=INITRD)
    assert "kernel of /chosen is not a zImage" in text


def chosen(start, end, *more):
    """A boot command that says where the ramdisk is, without one."""
    return "; ".join((f"fdt set /chosen linux,initrd-start <{start:#x}>",
                      f"fdt set /chosen linux,initrd-end <{end:#x}>", *more,
                      "bootm ${uimage} - ${fdt}"))


@pytest.mark.parametrize("lo, hi, what", (
    (0x42100000, 0x42200000, "overlaps the kernel"),
    (0x48000000, 0x48100000, "overlaps the device tree"),
    (0x20000000, 0x20100000, "not in the guest's memory"),
    (0x80000000, 0x80100000, "not in the guest's memory"),
    (0x7ff00000, 0x80100000, "not in the guest's memory"),
    (0x50100000, 0x50000000, "not in the guest's memory"),
), ids=("kernel", "tree", "below", "above", "end", "backwards"))
def test_ramdisk(log, uimage, lo, hi, what):
    text = stops(log, uimage(kernel=KERNEL), bootcmd=chosen(lo, hi))
    assert "ramdisk" in text and what in text


@pytest.mark.parametrize("addr, size, what", (
    (0x20000000, 0x100000, "not in the guest's memory"),
    (0x7ff00000, 0x200000, "not in the guest's memory"),
    (0x48000000, 0x100000, "kernel of /chosen is not a zImage|overlaps the device tree"),
    (0x50000000, 0x20, "kernel of /chosen is not a zImage"),
    (0x50000002, 0x1000, "not aligned"),
))
def test_module_range(log, uimage, addr, size, what):
    node = "/chosen/module@0"
    text = stops(log, uimage(), bootcmd="; ".join((
        "fdt set /chosen '#address-cells' <1>", "fdt set /chosen '#size-cells' <1>",
        "fdt mknode /chosen module@0", f'fdt set {node} compatible "multiboot,kernel" "multiboot,module"',
        f"fdt set {node} reg <{addr:#x} {size:#x}>", "bootm ${uimage} - ${fdt}")))
    assert "kernel" in text and re.search(what, text)


@pytest.mark.parametrize("addr", (0x20000000, 0x7fffff00, 0x9000000))
def test_raw_address(log, uimage, addr):
    text = stops(log, uimage(kernel=TEST / "guest.bin", addr=addr))
    assert "KERNEL_ADDR" in text and "not in the guest's memory" in text


@pytest.mark.parametrize("addr, what", ((0x48000000, "device tree"),))
def test_raw_overlap(log, uimage, addr, what):
    text = stops(log, uimage(kernel=TEST / "guest.bin", addr=addr))
    assert "overlaps" in text and what in text


# ---- options ---------------------------------------------------------------------

@pytest.mark.parametrize("options, said", (
    ("nonsense", "nonsense"),
    ("nonsense=1", "nonsense=1"),
    ("mode=lenient", "mode=lenient"),
    ("overflow=", "overflow="),
    ("=", "="),
    (".=", ".="),
    ("other.key=1", "other.key=1"),
    ("log.nonsense=1", "log.nonsense=1"),
    ("guard.action=allow", "guard.action=allow"),
    ("mode=enforce log.what=1 overflow=drop", "log.what=1"),
    ("log=uart1", "log=uart1"),
), ids=lambda v: "" if not isinstance(v, str) else None)
def test_option(log, guest, options, said):
    text = stops(log, guest(), options=options)
    assert text.startswith("option not understood: ") and said in text


@pytest.mark.parametrize("port, what", (
    (0x9000000, "arm,pl011"),           # the board's own, which is no other
    (0x9010000, "arm,pl031"),
    (0x9000018, "no enabled device"),
    (0x40000000, "unnamed"),            # memory
))
def test_log_port(log, guest, port, what):
    text = stops(log, guest(), options=f"log={port:#x}")
    assert text == f"log={port:08x} is {what}: it must be another port of the board's kind"


@pytest.mark.parametrize("options, policy", (
    ("log.mmio=banana", "log"),
    ("log.mmio=0x9010000+", "log"),
    ("log.mmio=0x9010000+0", "log"),
    ("log.mmio=0x9010fff-0x9010000", "log"),
    ("log.mmio=0x9010000+0x1000,", "log"),
    ("log.mmio=0x9010000+0x1000;0x9030000", "log"),
    ("log.mmio=0x40000000+0x1000", "log"),              # not a device
    ("log.mmio=0x9020000+8", "log"),                    # fw_cfg is withheld
    ("log.mmio=0x99999999999999999999", "log"),
    ("log.write=0x9010000+0x1000", "log"),              # not RAM
    ("log.write=0x7fe00000+0x1000", "log"),             # the monitor's own
    ("log.exec=0x41000004+0x1000", "log"),              # not a page
    ("guard.memory=0x7ffff000+0x2000", "guard"),
    ("guard.mmio=0xffffffffffffffff+2", "guard"),
))
def test_bad_range(log, guest, options, policy):
    text = stops(log, guest(), options=options)
    # Which option it is must be clear, one way or the other.
    assert policy in text or "not understood" in text


def test_too_many_ranges(log, guest):
    """More watches than there is room for are refused, not forgotten."""
    ranges = ",".join(f"{8 * i}" for i in range(100))
    text = stops(log, guest(), options=f"log.mmio={ranges}")
    assert "log" in text


def test_long_options(log, guest):
    text = stops(log, guest(), options="withhold=" + "x" * 1005)
    assert "longer than" in text


# ---- on the host -----------------------------------------------------------------

HOST = (
    (["KERNEL=Makefile"], r"'Makefile' is not a zImage"),
    (["KERNEL=no-such-file"], r"KERNEL 'no-such-file': no such file"),
    (["run", "INITRD=no-such-file"], r"INITRD 'no-such-file': no such file"),
    (["run", "DTB=no-such-file"], r"DTB 'no-such-file': no such file"),
    (["KERNEL={guest}", "KERNEL_ADDR=-1"], r"KERNEL_ADDR '-1'"),
    (["KERNEL={guest}", "KERNEL_ADDR=banana"], r"KERNEL_ADDR 'banana'"),
    (["KERNEL={guest}", "KERNEL_ADDR=0x40010001"], r"KERNEL_ADDR '0x40010001'"),
    (["KERNEL={guest}", "KERNEL_ADDR=0x100000000"], r"KERNEL_ADDR '0x100000000'"),
    (["PLATFORM=toaster"], r"PLATFORM 'toaster' is not known; there are: .*qemu-virt"),
    (["CONFIG_EARLY_PRINTK=toaster"], r"PLATFORM 'toaster' is not known"),
    (["POLICY=nonsense"], r"POLICY 'nonsense'"),
    (["POLICY=log nonsense"], r"POLICY 'nonsense'"),
    (["POLICY_DIR=no-such-directory"], r"POLICY_DIR"),
    (["POLICY_DIR=no-such-directory", "POLICY=log mine"], r"POLICY 'mine'|POLICY_DIR"),
)


@pytest.mark.parametrize("words, line", HOST, ids=lambda v: "+".join(v) if isinstance(v, list) else "")
def test_make(words, line, tmp_path):
    words = [word.format(guest=TEST / "guest.bin") for word in words]
    done = vigil.run("make", "-s", f"BUILD={tmp_path}", f"GUEST={GUEST}", *words)
    assert done.returncode != 0
    lines = [text for text in done.stdout.splitlines() if re.search(line, text)]
    assert len(lines) == 1, done.stdout
    assert "Traceback" not in done.stdout
    assert not list(tmp_path.glob("*/uImage"))


AWKWARD = {"OPTIONS": "-x it's", "APPEND": "-foo 'bar'", "QEMU_ARGS": "-snapshot", "SMP": "",
           "MEM": "-1", "KEY": "0'"}


@pytest.mark.parametrize("platform", ("qemu-virt", "vexpress-a15", "imx7d", "sunxi-h3"))
def test_make_run(platform, tmp_path):
    """What is given to make run reaches the tools as it is."""
    done = vigil.run("make", "-n", f"BUILD={tmp_path}", f"GUEST={GUEST}", f"PLATFORM={platform}",
                     f"KERNEL={KERNEL}", *(f"{name}={value}" for name, value in AWKWARD.items()),
                     "run-now")
    assert done.returncode == 0, done.stdout
    words = shlex.split(done.stdout)
    for name, value in AWKWARD.items():
        assert f"--{name.lower().replace('_', '-')}={value}" in words, name


@pytest.mark.parametrize("options, line", (
    ({"uimage": "no-such-file"}, "no-such-file"),
    ({"uimage": "Makefile"}, "is not a uImage"),
    ({"smp": 9}, "--smp '9'"),
    ({"smp": 0}, "--smp '0'"),
    ({"smp": "foo"}, "--smp 'foo'"),
    ({"smp": "3x"}, "--smp '3x'"),
    ({"smp": ""}, "--smp ''"),
    ({"timeout": "soon"}, "--timeout: "),
    ({"key": "00"}, "--key: give 32 hexadecimal digits"),
    ({"colour": "red"}, "--colour"),
    ({"mem": "banana"}, "--mem"),
    ({"mem": "64M"}, "--mem"),
    ({"initrd": "no-such-file"}, "no-such-file"),
    ({"initrd": "/dev/null"}, "/dev/null"),
    ({"dtb": "Makefile"}, "is not a device tree"),
    ({"dtb": "no-such-file"}, "no-such-file"),
    ({"options": "x" * 2000}, "--options"),
    ({"append": "x\ny"}, "--append"),
    ({"module": "no-such-file"}, "no-such-file"),
    ({"qemu_args": "'"}, "--qemu-args"),
), ids=lambda v: "-".join(v) if isinstance(v, dict) else "")
def test_run(guest, options, line):
    options = {"uimage": guest(), **options}
    done = vigil.run("tools/run", *(word for name, value in options.items()
                                    for word in ("--" + name.replace("_", "-"), value)))
    assert done.returncode != 0
    assert line in done.stdout and len(done.stdout.splitlines()) == 1, done.stdout
