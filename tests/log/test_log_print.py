# SPDX-License-Identifier: BSD-2-Clause
"""print, its filters and formats; summary."""

import json
import re
import struct

import pytest

from tag import Tagger
from vlog import BOOT, KEY, boot_line, log, record, run, stats, text

CALL = {"what": "call smc allow", "about": "nr=84000003 args=1,40301980,0"}
SYSCALL = {"what": "syscall svc deny", "by": "sysfilter", "pc": "00011f66/usr",
           "about": "nr=00000027 call=mkdir args=f54b34,1ff,148d20,0,ffffffff,f54b34,ffffffff"}
UNNAMED = {**SYSCALL, "about": "nr=00000142 args=f54b34,1ff,148d20,0,ffffffff,f54b34,ffffffff"}
SYSREG = {"what": "sysreg w4 deny", "by": "vigil",
          "about": "reg=ACTLR val=00000040 old=00000000"}
NUMBERED = {"what": "sysreg r4 allow", "about": "reg=00000781 val=00000040 old=00000000"}
WATCHED = {"what": "mem w4 allow would=kill", "by": "guard", "c": 3,
           "about": "va=c0008000 ipa=40008000 val=e1a00000", "n": 12}
ABSENT = {"what": "mem r4 deny", "by": "vigil", "about": "va=b6f10000 ipa=09020000 why=absent"}
EXEC = {"what": "mem x4 allow", "about": "va=c0008000 ipa=140008000"}

ALL = [boot_line("log,guard,sysfilter"),
       *(record(i + 1, **kind) for i, kind in enumerate(
           ({}, CALL, SYSCALL, UNNAMED, SYSREG, NUMBERED, WATCHED, ABSENT, EXEC))),
       stats(9, repeats=11)]


def parsed(*args, lines=None, stdin=None):
    """The JSON of what a filter lets through."""
    done = run("--json", *args, stdin=text(lines or ALL) if stdin is None else stdin)
    assert not done.err
    return [json.loads(line) for line in done.out.splitlines()]


def numbers(*args):
    return [r["seq"] for r in parsed(*args) if r["type"] == "record"]


def test_all_kinds_are_whole():
    assert run("verify", stdin=text(ALL)).returncode == 0


def test_text():
    lines = run(stdin=text(ALL)).out.splitlines()
    assert lines[0].startswith("boot 1: Vigil 0.1.0 board=qemu-virt cpus=4")
    for line, words in zip(lines[1:], (
            ("allow", "log", "mmio", "c0a39218/svc", "write4 09010008 <- 386d4380"),
            ("allow", "log", "call", "smc CPU_ON(1, 40301980, 0)"),
            ("deny", "sysfilter", "syscall", "00011f66/usr", "mkdir(f54b34, 1ff, 148d20"),
            ("deny", "sysfilter", "syscall", "openat(f54b34"),
            ("deny", "vigil", "sysreg", "ACTLR <- 00000040 (was 00000000)"),
            ("allow", "log", "sysreg", "p15,0,c15,c0,1 -> 00000040"),
            ("allow(kill)", "guard", "mem", "write4 40008000 <- e1a00000  x12"),
            ("deny", "vigil", "mem", "read4 09020000 absent"),
            ("allow", "log", "mem", "exec4 140008000"),
            ("stats events=9",))):
        at = 0
        for word in words:
            assert word in line[at:], (word, line)
            at = line.index(word, at)
    # Columns stand one beneath the other.
    assert len({line.index(kind) for line, kind in zip(lines[1:7], (
        "mmio", "call", "syscall", "syscall", "sysreg", "sysreg"))}) == 1


OPERATOR = ["@vigil operator t=4.100000 key=v",
            "@vigil version=0.1.0 options=mode=monitor log.call=all",
            "@vigil state guest=running mode=monitor silent=09",
            "@vigil operator t=4.200000 key=?", "@vigil keys ?=help q=counters 0..4=class",
            "@vigil state guest=stopped mode=enforce silent=00",
            "@vigil count by=log kind=mmio events=7", "@vigil count cpu=1 events=7"]


@pytest.mark.parametrize("tag", (False, True))
def test_operator(tag):
    """What the operator types and is told."""
    lines = log([1], end=False) + OPERATOR
    if tag:
        tagger = Tagger(KEY, [0x1234])
        lines = [tagger.line(line) for line in lines]
    printed = run(*(["--key", KEY.hex()] if tag else []), stdin=text(lines)).out.splitlines()[2:]
    assert len(printed) == len(OPERATOR)
    for line, want in zip(printed, OPERATOR):
        assert want.removeprefix("@vigil ") in line
        assert "damaged" not in line and "forged" not in line
    assert printed[0].startswith("    4.100000 ")
    values = parsed(lines=lines)[2:]
    for value in values:
        for key in ("line", "boot", "auth"):
            value.pop(key, None)
    assert values == [
        {"type": "operator", "t": 4.1, "key": "v"},
        {"type": "version", "version": "0.1.0", "options": "mode=monitor log.call=all"},
        {"type": "state", "guest": "running", "mode": "monitor", "silent": "09"},
        {"type": "operator", "t": 4.2, "key": "?"},
        {"type": "keys", "?": "help", "q": "counters", "0..4": "class"},
        {"type": "state", "guest": "stopped", "mode": "enforce", "silent": "00"},
        {"type": "count", "by": "log", "kind": "mmio", "events": 7},
        {"type": "count", "cpu": 1, "events": 7}]


def test_colour():
    assert "\x1b[" not in run(stdin=text(ALL)).out
    out = run("--color=always", stdin=text(ALL)).out
    assert "\x1b[1;31mdeny" in out and "\x1b[32mallow" in out
    assert re.sub(r"\x1b\[[0-9;]*m", "", out) == run(stdin=text(ALL)).out


def test_marks():
    lines = [*log([1, 2, 5])[:3], "@vigil s=3 t=0.0", record(5)]
    out = run(stdin=text(lines)).out
    assert "1 missing" in out and "damaged @vigil s=3 t=0.0" in out
    tagged = text([Tagger(KEY).line(boot_line()), record(1) + " mac=0000000000000000"])
    assert run("-k", KEY.hex(), stdin=tagged).out.rstrip().endswith("forged")
    assert "authentic" not in run("-k", KEY.hex(), "--authentic", stdin=tagged).out
    assert "boot 1" in run("-k", KEY.hex(), "--authentic", stdin=tagged).out
    assert "09010008" not in run("-k", KEY.hex(), "--authentic", stdin=tagged).out


@pytest.mark.parametrize("args,wanted", (
    ((), range(1, 10)),
    (("--kind=mmio",), [1]),
    (("--kind", "mem,call"), [2, 7, 8, 9]),
    (("--cpu=3",), [7]),
    (("--cpu=0,3",), range(1, 10)),
    (("--verdict=deny",), [3, 4, 5, 8]),
    (("--verdict=kill",), [7]),
    (("--verdict=kill,deny",), [3, 4, 5, 7, 8]),
    (("--policy=guard",), [7]),
    (("--policy=vigil,sysfilter",), [3, 4, 5, 8]),
    (("--call=mkdir",), [3]),
    (("--call=CPU_ON,openat",), [2, 4]),
    (("--call=0x84000003",), [2]),
    (("--addr=9010008",), [1]),
    (("--addr=0x901000b",), [1]),
    (("--addr=901000c",), []),
    (("--addr=9010000+1000,9020000-9020003",), [1, 8]),
    (("--addr=c0008000",), [7, 9]),
    (("--addr=140008000",), [9]),
    (("--pc=11f66",), [3, 4]),
    (("--since=0.003", "--until=0.004"), [3, 4]),
    (("--kind=mem", "--verdict=deny"), [8]),
    (("--boot=2",), []),
    (("--boot=1", "--cpu=3"), [7]),
))
def test_filters(args, wanted):
    assert numbers(*args) == list(wanted)


def test_json():
    lines = parsed()
    assert lines[0]["type"] == "boot" and lines[0]["cpus"] == 4 and lines[0]["hz"] == 62500000
    assert lines[1] == {
        "type": "record", "line": 2, "boot": 1, "t": 0.001, "seq": 1, "cpu": 0, "kind": "mmio",
        "access": "w4", "verdict": "allow", "pc": "0xc0a39218", "mode": "svc", "va": "0xf096a008",
        "ipa": "0x9010008", "val": "0x386d4380", "tt": "0x4808006a", "ctx": "0x10a",
        "tp": "0xc1a1d600", "by": "log"}
    assert (lines[7]["would"], lines[7]["n"]) == ("kill", 12)
    assert lines[4]["call"] == "openat" and lines[4]["args"][1] == "0x1ff"
    assert lines[10]["type"] == "stats" and lines[10]["repeats"] == 11
    damaged = parsed(lines=[boot_line(), 'a"\\@vigil s=zz"\\'])[1]
    assert damaged["state"] == "damaged" and damaged["text"] == '@vigil s=zz"\\'
    assert parsed(lines=['@vigil "x\\" y'])[0]["type"] == '"x\\"'


NUMBERS = {"cpus": 4, "hz": 62500000, "events": 10, "repeats": 3, "dropped": 0, "high": 1, "end": 1,
           "suppressed": 12, "cpu": 0}


def test_json_numbers():
    """What the monitor prints as decimal numbers; all else is text, be it of digits alone."""
    fields = {**NUMBERS, "silent": "10", "cpsr": "20000193", "key": "3", "mine": "7",
              "policy": "1234567890123456", "mem": "40000000-40000001"}
    line = "@vigil whatever " + " ".join(f"{key}={value}" for key, value in fields.items())
    value = parsed(lines=[boot_line(), line])[1]
    assert {key: value[key] for key in fields} == fields
    # What is too long to be one, or begins with a 0, is not.
    odd = {"events": "01", "high": "1x", "end": "", "hz": "1" * 30}
    line = "@vigil whatever " + " ".join(f"{key}={value}" for key, value in odd.items())
    assert parsed(lines=[boot_line(), line])[1].items() >= odd.items()


CLAIMS = ("@vigil spurious type=record line=9 boot=7 state=whole auth=ok missing_before=0 t=9"
          " text=none seq=5 verdict=allow seq=6")


def test_json_claims():
    """A line does not take the place of what is said of it."""
    lines = log([1, 2], end=False)
    value = parsed(lines=[*lines, CLAIMS])[3]
    assert value == {"type": "spurious", "line": 4, "boot": 1, "seq": "5", "verdict": "allow"}


def test_json_forged():
    """Of a line that is not the monitor's there is its text, and nothing else of it."""
    made = Tagger(KEY)
    lines = [made.line(line) for line in log([1, 2])]
    stranger = record(2, "mmio w4 deny")
    for key in ((), ("-k", KEY.hex())):
        forged = parsed(*key, lines=[*lines[:2], CLAIMS, stranger, *lines[2:]])[2:4]
        assert forged == [
            {"type": word, "line": line, "boot": 1, "auth": "forged", "text": text}
            for line, word, text in ((3, "spurious", CLAIMS), (4, "record", stranger))]
    replayed = parsed("-k", KEY.hex(), lines=[*lines[:3], lines[1], *lines[3:]])[3]
    assert replayed == {"type": "record", "line": 4, "boot": 1, "auth": "replay", "text": lines[1]}


def test_real_boot_json():
    lines = parsed(stdin=BOOT.read_bytes())
    assert [r["seq"] for r in lines if r["type"] == "record"] == list(range(1, 72))
    assert sum(r.get("call") == "execve" for r in lines) == 8


def test_chrome():
    done = run("--format=chrome", stdin=text(ALL))
    events = json.loads(done.out)["traceEvents"]
    marks = [e for e in events if e["ph"] == "i"]
    assert [e["ts"] for e in marks] == [1000 * n for n in range(1, 10)]
    assert {(e["pid"], e["tid"]) for e in marks} == {(1, 0), (1, 3)}
    assert {e["args"]["name"] for e in events if e["ph"] == "M"} >= {"CPU 0", "CPU 3", "boot 1"}
    assert marks[2]["args"]["call"] == "mkdir" and "cname" in marks[2] and "cname" not in marks[0]
    # Nothing in it is still well-formed.
    assert json.loads(run("--format=chrome", "--boot=9", stdin=text(ALL)).out)


def test_cef():
    lines = run("--format=cef", "--epoch=1790000000", stdin=text(ALL)).out.splitlines()
    assert len(lines) == 11
    for line in lines:
        head = line.split("|", 7)
        assert head[:2] == ["CEF:0", "Vigil"] and 0 <= int(head[6]) <= 10
        # In the extension '=' stands escaped, but between a key and its value.
        assert re.fullmatch(r"(\w+=(?:[^=\\]|\\[=\\n])*)( \w+=(?:[^=\\]|\\[=\\n])*)*", head[7]), line
    assert lines[3].split("|")[4:7] == ["syscall.deny", "syscall deny", "6"]
    assert "rt=1790000000003 act=deny externalId=3 cnt=1" in lines[3]
    assert "cs6Label=call cs6=mkdir" in lines[3]
    out = run("--format=cef", stdin=text(ALL[:3] + ALL[4:])).out
    assert "|log.missing|" in out


SYSLOG = re.compile(r'<(\d+)>1 (\S+) (\S+) vigil - (\S+) \[vigil@32473((?: \w+="(?:[^"\\\]]|\\["\\\]])*")*)\] .+')


def test_syslog():
    lines = run("--format=syslog", "--epoch=2026-11-21T14:00:00Z", "--hostname=board7",
                stdin=text(ALL)).out.splitlines()
    assert len(lines) == 11
    matches = [SYSLOG.fullmatch(line) for line in lines]
    assert all(matches)
    deny = matches[3]
    assert deny[1] == str(13 * 8 + 4) and deny[2] == "2026-11-21T14:00:00.003000Z"
    assert (deny[3], deny[4]) == ("board7", "syscall") and ' call="mkdir"' in deny[5]
    out = run("--format=syslog", stdin=text([boot_line(), '@vigil s="]\\ x'])).out.splitlines()
    assert all(SYSLOG.fullmatch(line) for line in out)
    assert any('line="@vigil s=\\"\\]\\\\ x"' in line for line in out)
    assert SYSLOG.fullmatch(out[0])[2] == "-"


def test_forged_is_an_alarm():
    data = text([Tagger(KEY).line(boot_line()), record(1) + " mac=0000000000000000"])
    for fmt, want in (("cef", "|log.forged|log.forged|9|"), ("syslog", "<105>1 - - vigil - forged ")):
        out = run("--format=" + fmt, "-k", KEY.hex(), stdin=data).out
        assert want in out and "mmio" in out and "act=allow" not in out


MAP = "c0a39200 T pl031_set_time\nc0a39300 t pl031_irq\nc0a39400 D data\n00000000 A zero\n"


def elf(symbols):
    """A small vmlinux: two sections of names, one of symbols."""
    names, table = b"\0", bytes(16)
    for address, size, name in symbols:
        table += struct.pack("<IIIBBH", len(names), address, size, 2, 0, 1)
        names += name.encode() + b"\0"
    body = 52
    sections = struct.pack("<10I", *[0] * 10)
    sections += struct.pack("<10I", 0, 2, 0, 0, body, len(table), 2, 0, 4, 16)
    sections += struct.pack("<10I", 0, 3, 0, 0, body + len(table), len(names), 0, 0, 1, 0)
    head = b"\x7fELF\1\1\1" + bytes(9) + struct.pack(
        "<HHIIIIIHHHHHH", 2, 40, 1, 0, 0, body + len(table) + len(names), 0, 52, 0, 0, 40, 3, 2)
    return head + table + names + sections


@pytest.mark.parametrize("content", (
    MAP.encode(), MAP.replace("\n", "\t[rtc]\n").encode(),
    elf([(0xc0a39200, 0x80, "pl031_set_time"), (0xc0a39300, 4, "pl031_irq")])))
def test_symbols(tmp_path, content):
    path = tmp_path / "symbols"
    path.write_bytes(content)
    out = run("-s", path, stdin=text(ALL)).out
    assert re.search(r"c0a39218/svc .*  pl031_set_time\+0x18$", out, re.M)
    # A process' addresses are not the kernel's.
    assert not re.search("00011f66/usr pl", out)
    assert numbers("--pc=pl031_set_time", "-s", path) == [1, 2, 5, 6, 7, 8, 9]
    assert numbers("--pc=pl031_irq", "-s", path) == []
    assert parsed("-s", path)[1]["symbol"] == "pl031_set_time+0x18"


def test_bad_symbols(tmp_path):
    good = elf([(0xc0a39200, 0x80, "f")])
    for content in (b"", b"no map", good[:60], good[:-30], b"\x7fELF\2\1" + good[6:]):
        (tmp_path / "bad").write_bytes(content)
        done = run("-s", tmp_path / "bad", stdin=text(ALL))
        assert done.returncode == 2 and len(done.err.splitlines()) == 1, content


def test_summary():
    out = run("summary", stdin=text(ALL)).out
    assert "boot 1: 9 records of 20 events in 0.008 s" in out
    assert re.search(r"^mem +1 +1 +12 +0$", out, re.M) and "12 of them in a dry run" in out
    assert re.search(r"^ +12 +12  guard$", out, re.M)
    assert re.search(r"^ +1 +1  svc mkdir$", out, re.M)
    assert re.search(r"^ +12 +12  40008000 w4$", out, re.M)
    assert re.search(r"^ +20 +16  tt=48080000 ctx=0000010a$", out, re.M)
    assert "(the first 2 of 6)" not in out
    assert "(the first 2 of 4)" in run("summary", "--top=2", stdin=text(ALL)).out


def test_summary_json():
    out = json.loads(run("summary", "--json", stdin=text(log([1, 2, 5])[:-1] + [stats(5, dropped=2)])).out)
    assert out["records"] == 3 and out["kinds"]["mmio"]["allow"] == 3
    assert out["boots"][0]["found"]["dropped"] == 2
    assert out["policy"] == [{"name": "log", "events": 3, "denied": 0}]


def test_summary_counts_what_the_filter_passes():
    assert json.loads(run("summary", "--json", "--kind=mem", stdin=text(ALL)).out)["events"] == 14


def test_peak():
    lines = [boot_line(), record(1, t=1), record(2, t=5, n=7), record(3, t=5.9), record(4, t=6.1),
             stats(4)]
    assert json.loads(run("summary", "--json", stdin=text(lines)).out)["boots"][0]["peak"] == 8
