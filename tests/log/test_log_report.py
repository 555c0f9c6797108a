# SPDX-License-Identifier: BSD-2-Clause
"""report: one page, which a browser shows without anything else."""

import re
import shutil
import struct
import subprocess
import zlib

import pytest

from test_log_print import ALL, MAP
from vlog import BOOT, PATIENCE, boot_line, log, record, run, stats, text


def browser(tmp_path, *args):
    """Chromium, with nobody's settings, and no way to any network."""
    program = shutil.which("chromium")
    assert program, "no chromium: tools/setup test installs it"
    return subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={tmp_path}/browser", "--proxy-server=127.0.0.1:1",
         "--window-size=1100,1400", *args],
        cwd=tmp_path, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, check=True,
        timeout=PATIENCE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()


def picture(path):
    """The lines of pixels of a PNG, three or four bytes each."""
    data = path.read_bytes()
    at, idat = 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack_from(">IIBB", data, at + 8)
        if kind == b"IDAT":
            idat += data[at + 8:at + 8 + size]
        at += size + 12
    assert depth == 8 and colour in (2, 6)
    step = 3 if colour == 2 else 4
    raw, stride = zlib.decompress(idat), width * step
    last, lines = bytearray(stride), []
    for start in range(0, len(raw), stride + 1):
        kind, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
        for i in range(stride):
            a, b = line[i - step] if i >= step else 0, last[i]
            c = last[i - step] if i >= step else 0
            if kind == 4:
                p = a + b - c
                a = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line[i] = (line[i] + (0, a, b, (a + b) // 2, a)[kind]) & 0xff
        last = line
        lines.append([bytes(line[i:i + 3]) for i in range(0, stride, step)])
    return lines


@pytest.fixture(name="page")
def make_page(tmp_path):
    def make(*args, stdin=""):
        done = run("report", "-o", tmp_path / "report.html", *args, stdin=stdin)
        assert done.returncode == 0 and not done.out and not done.err
        return (tmp_path / "report.html").read_text()
    return make


def test_needs_nothing_else(page):
    html = page(stdin=text(ALL))
    assert not re.search(r"https?:|src=|href=|url\(|@import|<script|<link", html)
    # What is in the log is no markup.
    html = page(stdin=text([boot_line("<b>&\"x"), *ALL[1:]]))
    assert "<b>" not in html and "&lt;b&gt;&amp;&quot;x" in html


def test_in_a_browser(tmp_path, page):
    page(BOOT)
    dom = browser(tmp_path, "--dump-dom", "report.html")
    assert "71 records of 71 events" in dom and "The log is complete" in dom
    assert "forgery cannot be ruled out" in dom
    titles = re.findall(r"<title>([\d.]+) s: (\d+) (\w+)</title>", dom)
    counted = {}
    for _, n, what in titles:
        counted[what] = counted.get(what, 0) + int(n)
    assert counted == {"mmio": 22, "call": 10, "syscall": 34, "denied": 5}
    rows = re.findall(r"<tr><td>([^<]*)</td><td>(\d+)</td><td[^>]*>(\d+)</td></tr>", dom)
    assert ("trace", "34", "0") in rows and ("svc mkdir", "1", "1") in rows
    # Each that was denied is there by itself.
    assert len(re.findall(r'<td class="bad">deny</td>', dom)) == 5

    browser(tmp_path, "--screenshot=shot.png", "report.html")
    lines = picture(tmp_path / "shot.png")
    assert len(lines) == 1400 and len(lines[0]) == 1100
    pixels = {}
    for line in lines:
        for pixel in line:
            pixels[pixel.hex()] = pixels.get(pixel.hex(), 0) + 1
    # Bars of device accesses, of system calls, of what was denied: more than their legend takes.
    for colour in ("3b76c4", "3a9a8f", "c62f26"):
        assert pixels.get(colour, 0) > 300, colour


def test_several_boots_with_losses(page, tmp_path):
    (tmp_path / "map").write_text(MAP)
    html = page("--symbols", tmp_path / "map",
                stdin=text(log([1, 2, 9])[:-1] + [stats(9, dropped=2)] + log([1, 2], end=False)))
    assert "4 missing, 2 dropped" in html and "1 truncated" in html
    assert html.count("<svg") == 2 and "pl031_set_time+0x18" in html


def test_one_moment(page):
    """All at one time, or nothing at all."""
    assert "<svg" in page(stdin=text([boot_line(), record(1, t=0), stats(1)]))
    assert "<svg" not in page(stdin=text(log([])))
