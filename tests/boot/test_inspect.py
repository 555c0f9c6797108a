# SPDX-License-Identifier: BSD-2-Clause
"""`make inspect`: what the boards' device trees say, on the host."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import vigil

INSPECT = vigil.BUILD / "inspect/inspect"
DTBS = vigil.GUEST / "dtbs"


def inspect(*arguments):
    return vigil.run(INSPECT, *arguments)


def test_all():
    """Every tree of Debian's kernel gets a verdict, and those with Hyp mode a row of the table."""
    trees = sorted(DTBS.glob("*.dtb"))
    assert len(trees) > 500
    with ThreadPoolExecutor(2) as pool:
        for tree, done in zip(trees, pool.map(inspect, trees)):
            last = done.stdout.splitlines()[-1]
            assert done.returncode == 0 and last.startswith("verdict "), f"{tree}: {done.stdout}"
            assert re.search(r"^cpus +(\d+ x \S+: |none)", done.stdout, re.MULTILINE), tree


@pytest.mark.parametrize("tree, lines", (
    ("sun8i-h3-orangepi-pc", (
        r"cpus +4 x arm,cortex-a7: virtualization extensions",
        r"interrupts +\S+, arm,gic-400, at 01c81000, GICv2 with GICH and GICV",
        r"uart +serial@1c28000, snps,dw-apb-uart, at 01c28000",
        r" +01f01400-01f014ff", r" +01f01c00-01f01fff", r" +01c84000-01c87fff",
        r" +mmc@1c0f000, allwinner,sun7i-a20-mmc: all memory",
        r" +disabled: dram-controller@1c62000",
        r"verdict +yes, as PLATFORM=sunxi-h3; one CPU, unless the firmware adds PSCI")),
    ("exynos5422-odroidxu4", (
        r"cpus +4 x arm,cortex-a7: virtualization extensions",
        r" +4 x arm,cortex-a15: virtualization extensions",
        r"memory +40000000-be9fffff", r" +disabled: smp-sram@53000",
        r"verdict +yes, as PLATFORM=exynos5; one CPU, .*")),
    ("exynos5250-snow", (r"verdict +as PLATFORM=exynos5, with another `uart_base`: .*serial@12c30000.*",)),
    ("vexpress-v2p-ca15-tc1", (r"verdict +yes, as PLATFORM=vexpress-a15",)),
    ("stm32mp157c-dk2", (r"secondaries +PSCI 0\.2 or later by smc, .*",
                         r"verdict +with a platform file and a driver for st,stm32h7-uart")),
    ("bcm2836-rpi-2-b", (r"interrupts +\S+, brcm,bcm2836-l1-intc, .*",
                         r" +dma@7e007000, .*dma-ranges say, 00000000-3effffff")),
    ("bcm2711-rpi-4-b", (r"cpus +4 x arm,cortex-a72: ARMv8-A", r"verdict +not supported: .*")),
    ("imx6q-dhcom-pdk2", (r"verdict +no: arm,cortex-a9 has no Hyp mode",)),
    ("am335x-boneblack", (r"verdict +no: arm,cortex-a8 has no Hyp mode",)),
    ("mmp2-brownstone", (r"verdict +unknown: the tree names no CPU",)),
))
def test_known(tree, lines):
    done = inspect(DTBS / f"{tree}.dtb")
    assert done.returncode == 0
    for line in lines:
        assert re.search(rf"^{line}$", done.stdout, re.MULTILINE), f"{line!r} is not in\n{done.stdout}"


def test_row():
    assert inspect("--row", DTBS / "imx6q-dhcom-pdk2.dtb").stdout == ""
    row = inspect("--row", DTBS / "sun8i-h3-orangepi-pc.dtb").stdout
    assert row.startswith("| Xunlong Orange Pi PC | sun8i-h3-orangepi-pc.dtb | 4 cortex-a7 | arm,gic-400 | ")
    assert row in (vigil.ROOT / "docs/boards.md").read_text()


def test_another_board(tmp_path):
    """A board is known by its line in the Makefile; no test's file is needed for it."""
    tree, build = tmp_path / "tree", tmp_path / "build"
    tree.mkdir()
    for name in ("arch", "core", "include", "monitor", "platform", "tools"):
        shutil.copytree(vigil.ROOT / name, tree / name)
    files = {"Makefile": "Makefile", "platform/imx7d.c": "platform/my-board.c"}
    for source, target in files.items():
        text = (vigil.ROOT / source).read_text()
        for old, new in (("imx7d:imx7d", "imx7d:imx7d my-board:my-board"),
                         ('"imx7d"', '"my-board"'), ("fsl,imx7d fsl,imx7s", "my,board")):
            text = text.replace(old, new)
        (tree / target).write_text(text)
    dtb = tmp_path / "my.dtb"
    shutil.copyfile(DTBS / "imx7d-sdb.dtb", dtb)
    done = vigil.run("fdtput", "-t", "s", dtb, "/", "compatible", "my,board")
    assert done.returncode == 0, done.stdout
    done = vigil.run("make", "-s", "-C", tree, f"BUILD={build}", f"GUEST={vigil.GUEST}",
                     f"DTB={dtb}", "tools", "inspect")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^verdict +yes, as PLATFORM=my-board;", done.stdout, re.M), done.stdout
    assert (build / "tools/vigil-log").exists()


def test_bad_input(tmp_path):
    """One line, and not 0: no file, no tree, half a tree; and of make, no DTB."""
    half = tmp_path / "half.dtb"
    half.write_bytes((DTBS / "sun8i-h3-orangepi-pc.dtb").read_bytes()[:5000])
    for bad in (tmp_path / "none", vigil.ROOT / "LICENSE", half):
        done = inspect(bad)
        assert done.returncode == 1 and done.stdout.startswith("inspect: ") and done.stdout.count("\n") == 1
    done = vigil.run("make", "-s", f"BUILD={vigil.BUILD}", f"GUEST={vigil.GUEST}", "inspect")
    assert done.returncode and "give DTB=" in done.stdout
