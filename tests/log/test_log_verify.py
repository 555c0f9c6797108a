# SPDX-License-Identifier: BSD-2-Clause
"""verify: what is wrong with a log is found, and nothing is found that is not."""

import random

import pytest

from tag import Tagger
from vlog import BOOT, KEY, boot_line, counts, log, record, run, stats, text

ONE_TO_NINE = range(1, 10)


def verify(lines, *args, code=None):
    done = run("verify", *args, stdin=text(lines) if isinstance(lines, list) else lines)
    assert not done.err, done.err
    if code is not None:
        assert done.returncode == code, done.out
    return counts(done.out)


def check(lines, *args, **wanted):
    """These findings, and no others."""
    assert verify(lines, *args, code=1 if set(wanted) - {"repaired"} else 0) == wanted


def tagged(lines, nonces=()):
    tagger = Tagger(KEY, nonces)
    return [tagger.line(line) for line in lines]


def check_keyed(lines, **wanted):
    check(lines, "--key", KEY.hex(), **wanted)


# ---- without tags ------------------------------------------------------------

def test_real_boot():
    done = run("verify", BOOT)
    assert done.returncode == 0
    assert "71 records" in done.out and "complete" in done.out
    assert "forgery cannot be ruled out" in done.out
    assert done.out.splitlines()[-1] == "ok: 1 boot, 73 lines"


def test_complete():
    check(log(ONE_TO_NINE))
    check(log([]))
    check(log(ONE_TO_NINE) + log(range(1, 3)))


def test_halt_or_off_is_an_end():
    check(log([1, 2], end=False) + ["@vigil halt cpu=1"])
    check(log([1, 2], end=False) + ["@vigil halt cpu=1", "@vigil halt cpu=0"])
    check(log([1, 2], end=False) + ["@vigil off t=4.000000 reason=reset"])


def test_truncated():
    check(log(ONE_TO_NINE, end=False), truncated=1)
    check(log([1, 2], end=False) + log([1]), truncated=1)
    # Counters in the midst are no end.
    lines = log([1, 2])
    check(lines + [record(3)], truncated=1)


def test_heartbeat():
    """Counters with a time are an end if they say so."""
    beat = "@vigil stats t=9.000000 events=2 repeats=0 dropped=0 high=1"
    lines = log([1, 2], end=False) + [beat]
    check(lines, truncated=1)
    check(lines + [beat.replace("9.0", "19.0") + " end=1"])
    off = record(3, t=9.5, what="call smc allow", about="nr=84000008 args=0,0,0")
    check(lines + [off], truncated=1)
    check_keyed(tagged(lines), truncated=1)
    check_keyed(tagged(lines + [beat.replace("9.0", "19.0") + " end=1"]))


def key(name, t, answer=(), guest="running", mode="enforce", silent="00"):
    """The lines of one of the operator's keys."""
    return [f"@vigil operator t={t:.6f} key={name}", *answer,
            f"@vigil state guest={guest} mode={mode} silent={silent}"]


def flush(events, t):
    return f"@vigil stats t={t:.6f} events={events} repeats=0 dropped=0 high=1 end=1"


COUNTS = ["@vigil count by=vigil kind=sysreg events=1", "@vigil count by=log kind=mmio events=1",
          "@vigil count cpu=0 events=2", "@vigil count cpu=1 events=0"]
VERSION = "@vigil version=0.1.0 options=mode=monitor log.call=all"
HELP = "@vigil keys ?=help q=counters s=stop c=continue R=reset m=mode 0..4=class t=classes l=level v=version"
SHOWN = "@vigil registers cpu=0 cpsr=60000013 r=0,1,2,3,4,5,6,7,8,9,a,b,c,d,c0100000,c0100010 calls=c0100020,c0100040,"
KEYS = [*key("?", 2.1, [HELP]), *key("v", 2.2, [VERSION]), *key("m", 2.3, mode="monitor"),
        *key("l", 2.4, silent="1f"), *key("s", 2.5, guest="stopped"),
        *key("r", 2.55, [SHOWN], guest="stopped"), *key("c", 2.6)]


@pytest.mark.parametrize("checked", (check, check_keyed))
def test_operator(checked):
    """Its lines are whole and in order, whatever the key."""
    made = tagged if checked is check_keyed else list
    lines = log([1, 2], end=False)
    checked(made(lines + KEYS + [record(3, t=3), flush(3, 4)]))
    # Reset: the flush is the end.
    checked(made(lines + ["@vigil operator t=2.500000 key=R", flush(2, 2.6)]))


@pytest.mark.parametrize("checked", (check, check_keyed))
def test_operators_counters(checked):
    """A flush that the operator has asked for is no end."""
    made = tagged if checked is check_keyed else list
    asked = key("q", 2.1, [flush(2, 2.2), *COUNTS])
    lines = log([1, 2], end=False) + asked
    checked(made(lines), truncated=1)
    checked(made(lines[:-1]), truncated=1)
    checked(made(lines + [record(3, t=3)]), truncated=1)
    checked(made(lines + [record(3, t=3), flush(3, 4)]))
    # A number that is missing then is.
    lines = lines + [record(4, t=3), flush(4, 4)]
    checked(made(lines), missing=1)


@pytest.mark.parametrize("checked", (check, check_keyed))
def test_operator_ends_a_halt(checked):
    """A halt is an end, and stays one under the operator's eyes, until he has it go on."""
    made = tagged if checked is check_keyed else list
    lines = log([1, 2], end=False) + [flush(2, 2.0), "@vigil halt cpu=1"]
    checked(made(lines))
    asked = lines + key("q", 3.0, [flush(2, 3.1), *COUNTS], guest="stopped")
    checked(made(asked))
    gone_on = asked + key("c", 4.0)
    checked(made(gone_on), truncated=1)
    checked(made(gone_on + [record(3, t=5), flush(3, 6)]))
    # Stopped by hand is no end: nothing says that it will not go on.
    checked(made(log([1], end=False) + key("s", 3.0, guest="stopped")), truncated=1)


@pytest.mark.parametrize("line", (
    "@vigil operator key=q", "@vigil operator t=1.000000", "@vigil operator t=1.000000 key=",
    "@vigil state guest=running mode=enforce", "@vigil count by=log kind=mmio", "@vigil count cpu=1 events=x",
    "@vigil versio=1"))
def test_operator_damaged(line):
    check(log([1, 2], end=False) + [line, flush(2, 3)], damaged=1)


def test_other_cpus_after_the_flush():
    """The call that turns the board off was there: what another CPU adds is no cut."""
    off = record(2, "call smc allow", about="nr=84000008 args=0,0,0")
    check([boot_line(), record(1), off, stats(2), record(3, c=1)])


def test_missing():
    lines = log([1, 2, 3, 6, 7])
    check(lines, missing=2)
    assert "of s=4-5" in run("verify", stdin=text(lines)).out
    # The last ones, by the counters; and the first.
    check(log([1, 2])[:-1] + [stats(5)], missing=3)
    check([boot_line(), record(3), stats(3)], missing=2)


def test_dropped_is_not_missing():
    lines = log([1, 2, 5])[:-1] + [stats(5, dropped=2)]
    check(lines, dropped=2)
    assert verify(lines, "--allow-dropped", code=0) == {"dropped": 2}
    check(log([1, 2, 5])[:-1] + [stats(5, dropped=1)], missing=1, dropped=1)


def test_more_than_were_sent():
    """The monitor says that it dropped two, and all are there."""
    check(log([1, 2, 3])[:-1] + [stats(3, dropped=2)], forged=2)


def test_reordered():
    lines = log([1, 2, 3, 4])
    lines[2], lines[3] = lines[3], lines[2]
    check(lines, reordered=1)
    lines = log(ONE_TO_NINE)
    lines.insert(8, lines.pop(2))
    check(lines, reordered=1)


def test_one_that_leaps():
    """A made-up number far ahead does not make all that follow late."""
    lines = log([1, 2, 3, 4, 5])
    lines.insert(3, record(0xfffffff0, t=0.0025))
    check(lines, reordered=1)


def test_twice():
    lines = log([1, 2, 3])
    lines.insert(3, lines[1])
    check(lines, duplicate=1)


def test_time_goes_back():
    check(log([1])[:-1] + [record(2, t=9), record(3, t=8), stats(3)], time=1)
    # Of another CPU it may.
    check(log([1])[:-1] + [record(2, t=9), record(3, t=8, c=1), stats(3)])


def test_cut_at_the_end():
    data = text(log([1, 2], end=False) + [record(3)])[:-30]
    check(data, damaged=1, truncated=1)
    check(text(log([1, 2])).rstrip("\r\n"), damaged=1, truncated=1)


def test_no_boot_line():
    check(log([1, 2])[1:], truncated=1)
    check(log([1, 2, 3, 4])[3:], truncated=1, missing=2)


def test_nothing_there():
    done = run("verify", stdin="Linux version 6.1\r\n@vigi\\l s=1 ...\r\nvigil s=2\r\n")
    assert (done.returncode, done.out) == (3, "")
    assert done.err == "vigil-log: no line of Vigil's log in what was read\n"


def test_unknown_is_tolerated():
    lines = log([1, 2], end=False)
    lines[0] += " opts=0123456789abcdef later=1"
    lines[1] += " later=2"
    check(lines + ["@vigil stats t=0.004000 events=2 repeats=0 dropped=0 high=1 more=7 end=1",
                   "@vigil op t=0.004000 c=1 act=status", "@vigil trace suppressed=3",
                   "@vigil learn sysfilter.allow=read,write", "@vigil whatever it is"])


# ---- the console around it ---------------------------------------------------

def test_in_the_guests_output():
    lines = log([1, 2, 3])
    data = ("U-Boot\n\x1b[2J\xff\xfe" + lines[0] + "\r\nBus" + lines[1] + "\n[    1.0] text @vigil" +
            lines[2] + "\r\r\n@vigi\\l s=9 t=1.000000 c=0\r\n\0\0" + lines[3] + "\x1b[0m\r\n@vig" +
            lines[4] + "\r\n/ # ")
    check(data)


def test_one_record_behind_another():
    """The first was cut by the second: one that is damaged, no more."""
    lines = log([1, 2, 3])
    check(text(lines[:2]) + lines[2][:40] + text(lines[3:]), damaged=1)


@pytest.mark.parametrize("foreign,share", (
    ("ok 4\r\n", 0.95), ("[    1.234567] usb 1-1: new device=7\r\n", 0.99), ("#", 0.99),
    ("\x1b[31mred\x1b[0m", 0.95), (" val=1 by=who \r\n", 0.8), ("a\r\nb\r\n", 0.3)))
def test_torn_is_repaired(foreign, share):
    """Wherever it is torn: put together as it was, or said to be damaged."""
    lines = log(ONE_TO_NINE)
    data, at = text(lines), len(text(lines[:4]))
    whole = run("--json", stdin=data).out.splitlines()[4].partition('"boot"')[2]
    places = range(len("@vigil s="), len(lines[4]) - 1)
    good = 0
    for where in places:
        torn = data[:at + where] + foreign + data[at + where:]
        found = verify(torn)
        assert found == {"repaired": 1} or found["damaged"] == 1, where
        if found == {"repaired": 1}:
            line = run("--json", stdin=torn).out.splitlines()[4].partition('"boot"')[2]
            assert line.replace(',"state":"repaired"', "") == whole
            good += 1
    assert good >= len(places) * share


def test_ambiguous_is_damaged():
    """Two digits too many among digits: any two could be the guest's."""
    data = text(log([1, 2])).replace("val=386d4380", "val=3812d4380f", 1)
    assert verify(data)["damaged"] == 1


def test_foreign_policy_name():
    """by= names none of the boot's policies: the guest's text goes on where the line did."""
    check(text(log([1, 2])).replace("by=log\r\n", "by=logfoo\r\n", 1), repaired=1)


# ---- with tags ---------------------------------------------------------------

def test_tags_right():
    check_keyed(tagged(log(ONE_TO_NINE) + log([1, 2])))
    out = run("verify", "--key", KEY.hex(), stdin=text(tagged(log([1, 2])))).out
    assert "4 tags right" in out and "forgery" not in out


def test_real_boot_tagged():
    data = Tagger(KEY).capture(BOOT.read_bytes().decode("latin-1"))
    check_keyed(data)
    check_keyed(data.replace("execve", "openat", 1), forged=1, missing=1)


def test_key_file(tmp_path):
    data = text(tagged(log([1, 2])))
    for name, content in (("hex", KEY.hex().encode() + b"\n"), ("raw", KEY)):
        (tmp_path / name).write_bytes(content)
        assert run("verify", "--key-file", tmp_path / name, stdin=data).returncode == 0
    (tmp_path / "bad").write_bytes(b"00")
    done = run("verify", "--key-file", tmp_path / "bad", stdin=data)
    assert done.returncode == 2 and len(done.err.splitlines()) == 1


def test_no_key_given():
    done = run("verify", stdin=text(tagged(log([1, 2]))))
    assert done.returncode == 0
    assert "no key was given: only numbers were checked" in done.out


def test_untagged_among_tagged():
    """That much is seen without the key."""
    lines = tagged(log([1, 2, 3]))
    check(lines[:2] + [record(2)] + lines[2:], forged=1)


def test_wrong_key():
    """The boot line is there, and refused."""
    lines = tagged(log([1, 2]))
    done = run("verify", "--key", "ff" * 16, stdin=text(lines))
    assert counts(done.out) == {"forged": 1, "unverified": 3}
    assert "forged: a boot line whose tag is not right: is it another board's key?" in done.out
    assert "unverified: the boot line before it was refused: tags cannot be checked" in done.out
    # One that is made up stands for none: here it is the first that is missing.
    check(lines[1:2] + [boot_line(more=" nonce=0000000000000007 mac=0000000000000000")] + lines[2:],
          "--key", KEY.hex(), forged=1, unverified=3, truncated=1)


def test_no_tags_with_key():
    assert verify(log([1, 2]), "--key", KEY.hex(), code=1)["forged"] == 4


def test_forged():
    lines = tagged(log([1, 2, 3]))
    check_keyed(lines[:2] + [record(2)] + lines[2:], forged=1)
    check_keyed(lines[:2] + [record(2) + " mac=0123456789abcdef"] + lines[2:], forged=1)
    # One digit of one line: it is not there any more, and another is.
    lines[2] = lines[2].replace("386d4380", "386d4381")
    check_keyed(lines, forged=1, missing=1)


def test_forged_boot_line():
    """It begins no boot."""
    lines = tagged(log([1, 2, 3]))
    check_keyed(lines[:2] + [boot_line(more=" nonce=0000000000000007 mac=0000000000000000")] + lines[2:],
                forged=1)
    check_keyed(lines[:2] + [boot_line()] + lines[2:], forged=1)


@pytest.mark.parametrize("first,count", ((1, 1), (3, 4), (9, 1)))
def test_missing_lines(first, count):
    lines = tagged(log(ONE_TO_NINE))
    check_keyed(lines[:first] + lines[first + count:], missing=count)


def test_missing_and_dropped_are_told_apart():
    """Numbers 4 and 5 were dropped by the monitor: the tags go on; 7 was taken away."""
    lines = tagged(log([1, 2, 3, 6, 7, 8])[:-1] + [stats(8, dropped=2)])
    check_keyed(lines[:5] + lines[6:], missing=1, dropped=2)


def test_end_taken_away():
    check_keyed(tagged(log([1, 2, 3]))[:-1], truncated=1)
    check_keyed(tagged(log([1, 2, 3]))[:-2], truncated=1)


def test_other_lines_count_too():
    lines = tagged(log([1, 2], end=False) + ["@vigil op t=1.000000 c=0 act=halt", stats(2)])
    check_keyed(lines)
    check_keyed(lines[:3] + lines[4:], missing=1)
    check_keyed(lines[:3] + [lines[3].replace("halt", "read")] + lines[4:], forged=1, missing=1)


def test_late():
    lines = tagged(log(ONE_TO_NINE))
    lines.insert(7, lines.pop(2))
    check_keyed(lines, reordered=1)


def test_replayed_line():
    lines = tagged(log(ONE_TO_NINE))
    check_keyed(lines[:6] + [lines[2]] + lines[6:], replay=1)


def test_replayed_boot():
    lines = tagged(log(ONE_TO_NINE))
    check_keyed(lines + lines, replay=len(lines))
    # Another boot's lines in the midst of this one.
    two = tagged(log([1, 2, 3]) + log([1, 2, 3, 4]))
    old, new = two[:5], two[5:]
    check_keyed(old + new[:3] + old + new[3:], replay=len(old))


def test_replayed_from_another_capture(tmp_path):
    """Known, if that is given as well."""
    two = tagged(log([1, 2, 3]) + log([1, 2, 3, 4]))
    (tmp_path / "old").write_text(text(two[:5]))
    (tmp_path / "new").write_text(text(two[5:8] + two[:5] + two[8:]))
    done = run("verify", "--key", KEY.hex(), tmp_path / "old", tmp_path / "new")
    assert counts(done.out) == {"replay": 5}
    found = counts(run("verify", "--key", KEY.hex(), tmp_path / "new").out)
    assert found["forged"] == 3 and found["truncated"] == 1


def test_nonce_twice():
    """Two boots with one nonce: the second is none."""
    found = verify(tagged(log([1, 2]) + log([1, 2, 3]), [7, 7]), "--key", KEY.hex(), code=1)
    assert found["replay"] >= 1


def test_begins_in_the_midst():
    assert verify(tagged(log([1, 2, 3]))[2:], "--key", KEY.hex(), code=1) == {
        "unverified": 3, "missing": 1, "truncated": 1}


def test_torn_and_tagged():
    """Where digits stand among digits, the tag tells which are the guest's."""
    lines = tagged(log(ONE_TO_NINE))
    data, at = text(lines), len(text(lines[:4]))
    for where in range(len("@vigil s="), len(lines[4]) - 20, 7):
        check_keyed(data[:at + where] + "12 ab\r\n" + data[at + where:], repaired=1)
    where = lines[4].index("386d4380") + 2
    check_keyed(data[:at + where] + "6d" + data[at + where:], repaired=1)


def test_many_missing():
    lines = tagged(log(range(1, 12000)))
    check_keyed(lines[:10] + lines[11000:], missing=10990)


def test_forged_flood_hides_nothing():
    """Lines that are made up cost steps of looking ahead, and find the rest as before."""
    lines = tagged(log(range(1, 200)))
    made = [record(s) + f" mac={s:016x}" for s in range(3, 300)]
    done = run("verify", "--key", KEY.hex(), stdin=text(lines[:50] + made + lines[60:]))
    assert done.returncode == 1
    assert counts(done.out) == {"forged": len(made), "missing": 10}


def test_random_edits():
    """Whatever is done to the lines of a tagged log but adding noise around them, is found."""
    rng = random.Random(1)
    lines = tagged(log(range(1, 30)))
    for _ in range(60):
        edited = list(lines)
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        act = rng.choice(("cut", "swap", "twice", "flip", "move"))
        if act == "cut":
            del edited[i]
        elif act == "swap":
            edited[i], edited[j] = edited[j], edited[i]
        elif act == "twice":
            edited.insert(j, edited[i])
        elif act == "move":
            edited.insert(j, edited.pop(i))
        else:
            k = rng.randrange(len("@vigil "), len(lines[i]))
            edited[i] = lines[i][:k] + chr(ord(lines[i][k]) ^ 1) + lines[i][k + 1:]
        if edited != lines:
            assert verify(edited, "--key", KEY.hex(), code=1), (act, i, j)


def test_json():
    out = run("verify", "--json", stdin=text(log([1, 3]))).out
    assert '"what":"missing"' in out and '"missing":1' in out and '"ok":false' in out
