# SPDX-License-Identifier: BSD-2-Clause
"""vigil-log on what boards print today, not only on what they once printed."""

import json
import re
import sys

import pytest

from vlog import ROOT, run

sys.path.insert(0, str(ROOT / "tests/boot"))

import vigil  # pylint: disable=wrong-import-position

LOG = "log.call=all log.mmio=0x9010000+0x1000 trace.calls=openat,execve sysfilter.deny=mkdir,mkdirat"


@pytest.mark.parametrize("smp,options", ((1, LOG), (4, LOG), (4, "mode=monitor trace.calls=all " + LOG)))
def test_boot(tmp_path, smp, options):
    folder = vigil.TEST / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"vigil-log-{smp}-{len(options)}.log"
    if "trace.calls=all" in options:
        options = options.replace(" trace.calls=openat,execve", "")
    image = vigil.make_uimage(tmp_path / "uImage", kernel=vigil.GUEST / "vmlinuz-armmp",
                              vigil=vigil.TEST / "calls" / vigil.PLATFORM / "vigil.bin")
    board = vigil.boot(log, uimage=image, append="console=ttyAMA0 quiet vigil.test=calls", smp=smp,
                       options=options, initrd=vigil.TEST / "initramfs.gz")
    done = run("verify", "--json", "--allow-dropped", log)
    lines = [json.loads(line) for line in done.out.splitlines()]
    boots = [line for line in lines if line["type"] == "boot-summary"]
    assert len(boots) == 1, done.out
    audit = board.audit
    # The monitor's own count, and that of the tests, which finds lines in another way.
    assert boots[0]["records"] + boots[0]["dropped"] + boots[0]["missing"] == audit.events
    assert boots[0]["dropped"] == audit.dropped
    assert boots[0]["records"] >= len(audit.records)
    for what in ("forged", "reordered", "duplicate", "truncated", "time"):
        assert not boots[0][what], done.out
    if smp == 1:
        assert done.returncode == 0 and not boots[0]["repaired"], done.out

    seen = [json.loads(line) for line in run("--json", "--kind=call,syscall,mmio,sysreg", log).out.splitlines()]
    whole = [line for line in seen if line.get("state") != "repaired"]
    assert [line["seq"] for line in whole] == sorted(r.s for r in audit.records)
    by_number = {r.s: r for r in audit.records}
    for line in whole:
        r = by_number[line["seq"]]
        assert (line["kind"], line["verdict"], line["by"]) == (r.kind, r.verdict, r.by)
        assert int(line["pc"], 16) == r.pc and line.get("n", 1) == r.n
        if r.call:
            assert line["call"] == r.call
            # The names that vigil-log knows itself are the same.
            assert re.fullmatch(r"\w+", line["call"])
    assert any(line.get("call") == "mkdir" for line in seen)


def test_operator(tmp_path):
    """A log with keys in it is right to the last tag, and print has all of it."""
    from test_console import KEY  # pylint: disable=import-error,import-outside-toplevel
    from test_operator import press  # pylint: disable=import-error,import-outside-toplevel

    folder = vigil.TEST / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "vigil-log-operator.log"
    image = vigil.make_uimage(tmp_path / "uImage", kernel=vigil.GUEST / "vmlinuz-armmp",
                              vigil=vigil.TEST / "calls" / vigil.PLATFORM / "vigil.bin")
    typed = "?vqmmlltsqrqcq"
    with vigil.Board(log, uimage=image, append="console=ttyAMA0 quiet", smp=4, stdin=True, key=KEY.hex(),
                     options="overflow=wait trace.calls=execve", initrd=vigil.TEST / "initramfs.gz") as board:
        board.expect(r"/ # ")
        for key in typed:
            press(board, key)
            if key == "c":
                board.send("cat /proc/self/stat\n")
                board.expect(r"/ # ")
        so_far = log.read_bytes()
        board.send("poweroff -f\n")
        board.finish()
    key = ("--key", KEY.hex())
    done = run("verify", *key, log)
    assert done.returncode == 0 and "complete" in done.out, done.out
    # The counters that were asked for are no end.
    cut = run("verify", *key, stdin=so_far)
    assert cut.returncode == 1 and "it has no end" in cut.out, cut.out
    lines = [json.loads(line) for line in run("--json", *key, log).out.splitlines()]
    assert "".join(line["key"] for line in lines if line["type"] == "operator") == typed
    assert len([line for line in lines if line["type"] == "state"]) == len(typed)
    assert {line["auth"] for line in lines} == {"ok"}
    assert not [line for line in lines if "state" in line and line["type"] != "state"]
