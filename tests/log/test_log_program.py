# SPDX-License-Identifier: BSD-2-Clause
"""As a program among others: pipes, growing files, exit codes, installation; and its fuzzing."""

import json
import os
import pty
import select
import signal
import subprocess
import tty

import pytest

import vlog
from vlog import BOOT, HERE, KEY, PATIENCE, ROOT, TEST, VLOG, log, record, run, stats, text


@pytest.mark.parametrize("args,code", (
    (("--wrong",), 2), (("/no/such/file",), 2), (("/",), 2), (("--key=12",), 2),
    (("--key-file=/no/such/file",), 2), (("--format=xml",), 2), (("--kind=mmio,disk",), 2),
    (("--cpu=8",), 2), (("--verdict=maybe",), 2), (("--addr=x",), 2), (("--addr=5-4",), 2),
    (("--addr=1+0",), 2), (("--pc=main",), 2), (("--since=soon",), 2), (("--boot=0",), 2),
    (("--top=x",), 2), (("--epoch=noon",), 2), (("--color=maybe",), 2),
    (("report", "-f"), 2), (("verify", "--format=cef"), 2), (("replay", "--json"), 2),
    (("-f", "a", "b"), 2), (("-o", "/no/such/folder/file"), 2), (("replay",), 2),
    (("replay", "nobody.key=1"), 2), (("replay", "guard.mmio=x"), 2),
    (("replay", "--use=log,nobody"), 2),
    (("--hostname=a b",), 2), (("--hostname=",), 2), (("--hostname=caf\xe9",), 2),
    (("--hostname=" + 256 * "a",), 2),
    ((), 3), (("verify",), 3), (("verify", "-q"), 3), (("summary",), 3), (("report",), 3),
    (("replay", "--use=log"), 3), (("--json",), 3), (("--format=cef",), 3),
    (("--format=syslog", "--hostname=" + 255 * "a"), 3), (("--format=chrome",), 3),
))
def test_bad_input(args, code):
    """One clear line, and never an exit code of success."""
    done = run(*args)
    assert done.returncode == code
    assert len(done.err.splitlines()) == 1 and "vigil-log: " in done.err, done.err


def test_help_and_version():
    done = run("--help")
    assert done.returncode == 0 and "usage: vigil-log" in done.out and not done.err
    for policy in ("log", "guard", "lockdown", "sysfilter", "trace"):
        assert policy in done.out.split("Policies that replay has:")[1]
    assert run("-V").out == "vigil-log 0.1.0\n"


def test_files():
    done = run("verify", BOOT, BOOT)
    assert done.returncode == 0 and done.out.splitlines()[-1] == "ok: 2 boots, 146 lines"
    assert run("-", stdin=BOOT.read_bytes()).out == run(BOOT).out


def test_output(tmp_path):
    done = run("--json", "-o", tmp_path / "out", BOOT)
    assert not done.out and (tmp_path / "out").read_text() == run("--json", BOOT).out


@pytest.mark.parametrize("command", ("print", "verify", "summary", "report"))
def test_output_is_an_input(tmp_path, command):
    """A capture is not written over, by whatever name it is given."""
    capture, link = tmp_path / "console", tmp_path / "link"
    capture.write_bytes(BOOT.read_bytes())
    link.symlink_to(capture)
    for inputs in ((capture,), (BOOT, link), ("-",), ()):
        with capture.open("rb") as stdin:
            done = subprocess.run([VLOG, command, "-o", capture, *inputs], stdin=stdin, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert "is read as well" in done.stderr
        assert capture.read_bytes() == BOOT.read_bytes()


def test_output_stays(tmp_path):
    """What was written before is not lost for a word that is wrong."""
    out = tmp_path / "out"
    out.write_text("of last week\n")
    for args in (("report", BOOT, "/no/such/file"), ("report", tmp_path), ("print", BOOT, "/"),
                 ("replay", "nobody.key=1", BOOT), ("replay", "guard.mmio=x", BOOT)):
        done = run(*args, "-o", out)
        assert done.returncode == 2 and done.err.count("\n") == 1, args
        assert out.read_text() == "of last week\n", args
    # A device is not emptied.
    assert run("-o", "/dev/null", "/dev/null").returncode == 3


def test_full_disk():
    done = run("--json", "-o", "/dev/full", BOOT)
    assert done.returncode == 2 and "cannot write" in done.err and len(done.err.splitlines()) == 1


def test_closed_pipe():
    """Who reads no more ends it, without a word."""
    with subprocess.Popen([VLOG, "--json", *[BOOT] * 200], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as child:
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(PATIENCE) == -signal.SIGPIPE


class Live:
    """One that goes on running, and is read line by line."""

    def __init__(self, *args, stdin=subprocess.DEVNULL):
        self.child = subprocess.Popen([VLOG, *map(str, args)], stdin=stdin, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.child.kill()
        self.child.wait()
        self.child.stdout.close()
        if self.child.stdin:
            self.child.stdin.close()

    def expect(self, wanted):
        while wanted.encode() not in self.data:
            assert select.select([self.child.stdout], [], [], PATIENCE)[0], f"no {wanted!r}: {self.data}"
            data = os.read(self.child.stdout.fileno(), 65536)
            assert data, f"ended before {wanted!r}: {self.data}"
            self.data += data


def test_live_stdin():
    """Each line is there as soon as it has come, though the pipe stays open."""
    lines = log([1, 2, 3])
    with Live(stdin=subprocess.PIPE) as live:
        for line, wanted in zip(lines, ("boot 1:", "0.001000", "0.002000", "0.003000", "events=3")):
            live.child.stdin.write(text([line]).encode())
            live.child.stdin.flush()
            live.expect(wanted)


def test_live_port():
    """A port is read as it comes, and has no end but that of the line."""
    board, port = pty.openpty()
    tty.setraw(port)
    with Live("-f", os.ttyname(port)) as live:
        for line, wanted in zip(log([1]), ("boot 1:", "0.001000", "events=1")):
            os.write(board, text([line]).encode())
            live.expect(wanted)
        os.close(port)
        os.close(board)
        assert live.child.wait(PATIENCE) == 0


def test_live_torn():
    """What is torn does not wait for ever for the rest."""
    with Live(stdin=subprocess.PIPE) as live:
        live.child.stdin.write(text(log([1], end=False) + ["@vigil s=2 t=1.0 torn"]).encode())
        live.child.stdin.flush()
        live.expect("damaged @vigil s=2 t=1.0 torn")


def test_follow(tmp_path):
    """A file that grows, is cut short, and is replaced."""
    path = tmp_path / "console"
    path.write_text(text(log([1, 2], end=False)))
    with Live("-f", path) as live:
        live.expect("0.002000")
        with path.open("a") as file:
            file.write(text([record(3)])[:50])
            file.flush()
            live.expect("0.002000")
            file.write(text([record(3)])[50:])
        live.expect("0.003000")
        path.write_text(text([record(7)]))
        live.expect("0.007000")
        os.rename(path, tmp_path / "old")
        path.write_text(text([record(8)]))
        live.expect("0.008000")


def test_follow_verify(tmp_path):
    """It tells at once, and sums up when it is asked to end."""
    path = tmp_path / "console"
    path.write_text(text(log([1, 2], end=False) + [record(1)]))
    with Live("verify", "-f", path) as live:
        live.expect("duplicate: s=1 was there before")
        live.child.send_signal(signal.SIGINT)
        live.expect("FAILED: 1 boot, 4 lines")
        assert live.child.wait(PATIENCE) == 1


def make(*args):
    command = ["make", "-s", f"BUILD={vlog.BUILD}", *map(str, args)]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_install(tmp_path):
    done = make("install", f"DESTDIR={tmp_path}", "prefix=/usr")
    assert done.returncode == 0, done.stdout
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {"usr/bin/vigil-log", "usr/share/man/man1/vigil-log.1",
                     "usr/share/bash-completion/completions/vigil-log",
                     "usr/share/zsh/site-functions/_vigil-log"}
    assert run("-V", program=tmp_path / "usr/bin/vigil-log").out == "vigil-log 0.1.0\n"
    assert make("uninstall", f"DESTDIR={tmp_path}", "prefix=/usr").returncode == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def options():
    """The long options of --help."""
    words = run("--help").out.split("Policies")[0].replace("=", " ").replace(",", " ").split()
    return sorted({word for word in words if word.startswith("--")})


@pytest.mark.parametrize("name", ("vigil-log.1", "vigil-log.bash", "_vigil-log"))
def test_documents_have_all_options(name):
    content = (ROOT / "tools/vigil-log" / name).read_text().replace("\\-", "-")
    assert [option for option in options() if option not in content] == []


def test_completion():
    script = ("source tools/vigil-log/vigil-log.bash; COMP_WORDS=(vigil-log --kind sys); COMP_CWORD=2;"
              "_vigil_log; echo ${COMPREPLY[@]}; COMP_WORDS=(vigil-log ver); COMP_CWORD=1; _vigil_log;"
              "echo ${COMPREPLY[@]}; COMP_WORDS=(vigil-log --policy = v); COMP_CWORD=3; _vigil_log;"
              "echo ${COMPREPLY[@]}; COMP_WORDS=(vigil-log --use = v); COMP_CWORD=3; _vigil_log;"
              "echo ${COMPREPLY[@]}")
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.splitlines() == ["sysreg syscall", "verify", "vigil", ""]


def test_manual_page():
    """As man would show it: no warnings of the formatter, where there is one."""
    page = (ROOT / "tools/vigil-log/vigil-log.1").read_text()
    for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES"):
        assert f"\n.SH {section}\n" in page or f'\n.SH "{section}"\n' in page


def fuzz(*args):
    return subprocess.run([TEST / "fuzz", "-timeout=60", f"-artifact_prefix={TEST}/", *args],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=600)


def test_fuzz_corpus():
    """What the fuzzer has found worth keeping, again."""
    corpus = sorted((HERE / "corpus").iterdir())
    assert len(corpus) > 20
    done = fuzz(*corpus)
    assert done.returncode == 0, done.stdout[-3000:]
    assert done.stdout.count("Executed ") == len(corpus)


def unique(pairs):
    """An object, none of whose keys comes twice: of those a reader would take any."""
    assert len(dict(pairs)) == len(pairs), pairs
    return dict(pairs)


@pytest.mark.parametrize("option", ("--json", "--format=chrome"))
def test_corpus_as_json(option):
    """Whatever is read, what is written is JSON."""
    for path in sorted((HERE / "corpus").iterdir()):
        out = run(option, "-k", KEY.hex(), stdin=path.read_bytes()[2:]).out
        for line in out.splitlines() if option == "--json" else [out]:
            json.loads(line, object_pairs_hook=unique)


def test_nothing_for_the_terminal():
    """No control character of the guest's gets through."""
    for path in sorted((HERE / "corpus").iterdir()):
        for args in ((), ("verify",), ("summary",), ("--format=cef",), ("--format=syslog",)):
            out = run(*args, stdin=path.read_bytes()[2:]).stdout
            assert not set(out) - {10, *range(32, 127)}, (path.name, args)


def test_fuzz_some_more(tmp_path):
    """The same inputs each time."""
    done = fuzz("-runs=300", "-seed=1", "-max_len=2000", f"-dict={HERE}/fuzz.dict", tmp_path,
                HERE / "corpus")
    assert done.returncode == 0, done.stdout[-3000:]


def test_keys_of_both_cases():
    assert run("verify", "--key", KEY.hex().upper(), stdin=text(log([]))).returncode == 1
    assert run("verify", stdin=text(log([]) + [stats(0)])).returncode == 0
