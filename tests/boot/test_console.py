# SPDX-License-Identifier: BSD-2-Clause
"""The port that the monitor owns: lines that are whole and its own, tags, and a usable console."""

import re

import vigil
from vigil import GUEST, TEST

INITRD = TEST / "initramfs.gz"
CALLS = TEST / "calls" / vigil.PLATFORM / "vigil.bin"
KEY = b"KEYKEYKEYKEYKEY!"
MASK = (1 << 64) - 1

# Every kind of line that the log has.
LINES = (vigil.RECORD, vigil.HEADER, vigil.STATS, re.compile(r"@vigil (learn|trace|halt) .*"))


def siphash(key, data, wide=False):
    """SipHash-2-4, from its authors' description; with `wide` of 128 bits, as bytes."""
    def rotate(x, n):
        return (x << n | x >> (64 - n)) & MASK

    def rounds(count):
        nonlocal a, b, c, d
        for _ in range(count):
            a, c = (a + b) & MASK, (c + d) & MASK
            b, d = rotate(b, 13) ^ a, rotate(d, 16) ^ c
            a, c = (rotate(a, 32) + d) & MASK, (c + b) & MASK
            d, b, c = rotate(d, 21) ^ a, rotate(b, 17) ^ c, rotate(c, 32)
        return a ^ b ^ c ^ d

    k = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    a, b, c, d = (int.from_bytes(word, "big") ^ k[i % 2]
                  for i, word in enumerate((b"somepseu", b"dorandom", b"lygenera", b"tedbytes")))
    b ^= 0xee if wide else 0
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xff])
    for i in range(0, len(padded), 8):
        word = int.from_bytes(padded[i:i + 8], "little")
        d ^= word
        rounds(2)
        a ^= word
    c ^= 0xee if wide else 0xff
    low = rounds(4)
    if not wide:
        return low
    b ^= 0xdd
    return low.to_bytes(8, "little") + rounds(4).to_bytes(8, "little")


def next_key(key):
    """The key after this one."""
    return siphash(key, b"", wide=True)


def boot_key(given, nonce):
    """The first line's key."""
    keys = next_key(given), next_key(next_key(given))
    return b"".join(siphash(key, nonce.to_bytes(8, "little")).to_bytes(8, "little") for key in keys)


def run(log, uimage, **options):
    image = uimage(kernel=GUEST / "vmlinuz-armmp", vigil=CALLS)
    return vigil.boot(log, uimage=image, append="console=ttyAMA0 quiet vigil.test=console",
                      initrd=INITRD, smp=4, **options)


def check_lines(text):
    """A mark stands where a line of the log begins, and nowhere else."""
    for line in text.replace("\r\n", "\n").split("\n"):
        if "@vigil" in line:
            assert any(form.fullmatch(line + "\n") or form.fullmatch(line) for form in LINES), line


def test_guest(log, uimage):
    """Events on four CPUs, writers on four CPUs, and forgers."""
    board = run(log, uimage, options="overflow=wait trace.calls=openat,execve")
    # The kernel has a word of its own where a timer was late, in whoever's line.
    guest = re.sub(r"\[ *\d+\.\d+\] hrtimer: interrupt took \d+ ns", "", board.guest)
    assert "console done" in guest
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xa129ca6149be45e5
    assert siphash(bytes(range(16)), b"", wide=True).hex() == "a3817f04ba25a8e66df67214c7550293"
    for forged in ("@vigi\\l s=1 t=0.000001", "broken @vigi\\l s=2", "@@vigi\\l s=3", "@vigi\\l s=4",
                   "@vigi\\l s=5 forged by the kernel", "@vig @vigi @vigi\\l"):
        assert forged in guest, f"no {forged}; {board.tail()}"
    check_lines(board.output)
    assert len(re.findall(r"^kept 0x", guest, re.MULTILINE)) == 5
    for i in range(1, 5):
        lines = re.findall(rf"^writer {i} line (\d+)$", guest, re.MULTILINE)
        assert lines == [str(n) for n in range(60)]
    records = board.audit.check().records
    assert not board.audit.torn and len(records) == board.audit.events
    assert {r.c for r in records} == {0, 1, 2, 3}


def test_tags(log, uimage):
    """Each line's tag, by a key that neither the guest nor the log has."""
    board = run(log, uimage, options="overflow=wait trace.calls=execve", key=KEY.hex())
    assert "key: 0 0" in board.guest
    tagged = re.findall(r"^(@vigil .*?) mac=([0-9a-f]{16})\r?$", board.output, re.MULTILINE)
    assert len(tagged) == len(re.findall(r"^@vigil ", board.output, re.MULTILINE)) > 100
    nonce = re.search(r" nonce=([0-9a-f]{16}) ", tagged[0][0])
    key = boot_key(KEY, int(nonce[1], 16))
    for number, (text, tag) in enumerate(tagged):
        assert siphash(key, text.encode()) == int(tag, 16), f"line {number}: {text}"
        key = next_key(key)
    assert tagged[-1][0].endswith(" end=1")


def test_another_nonce(log, uimage):
    """No two boots have the same tags."""
    nonces = set()
    for _ in range(2):
        with vigil.Board(log, uimage=uimage(kernel=GUEST / "vmlinuz-armmp"), initrd=INITRD,
                         append="console=ttyAMA0 quiet", key=KEY.hex()) as board:
            nonces.add(board.expect(r" nonce=([0-9a-f]{16}) .* mac=[0-9a-f]{16}\r?\n")[1])
    assert len(nonces) == 2


def test_heartbeat(log, uimage):
    """An idle guest's log goes on."""
    with vigil.Board(log, uimage=uimage(kernel=GUEST / "vmlinuz-armmp"), initrd=INITRD,
                     append="console=ttyAMA0 quiet", key=KEY.hex(), stdin=True) as board:
        board.expect(r"/ # ")
        first = board.expect(r"@vigil stats t=(\d+)\.\d+ events=.*\n")
        second = board.expect(r"@vigil stats t=(\d+)\.\d+ events=.*\n")
        assert "end=1" not in first[0] + second[0]
        assert int(second[1]) - int(first[1]) >= 9
        board.send("poweroff -f\n")
        board.finish()


# What is typed, and what is waited for then: that whoever is to read it does.
SESSION = (
    ("echo hello; seq 1 300\n", r"\n300\r\n/ # "),
    ("printf 'no end of line'; sleep 1; echo; ls /\n", r"tmp\r\n/ # "),
    ("echo ready; base64 -d >/in; md5sum /in; wc -c /in\n", r"\nready\r\n"),
    ("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n" * 50 + "\x04", r"\n1300 /in\r\n/ # "),
    ("cat /in\n", r"XYZ/ # "),
    ("stty -F /dev/ttyAMA0 | head -n 1\n", r"baud[^\n]*\n/ # "),
)


def session(log, image, way):
    """One session with a shell. Returns what came back."""
    with vigil.Board(log, uimage=image, initrd=INITRD, append="console=ttyAMA0 quiet",
                     options=f"console={way}", stdin=True) as board:
        board.expect(r"/ # ")
        start = board.seen
        for typed, answer in SESSION:
            board.send(typed)
            board.expect(answer)
        text = board.text[start:board.seen]
        # What an editor draws depends on how fast one types; what it writes does not.
        board.send("vi /new\n")
        board.expect(r"- /new 1/1")
        board.send("ione\ntwo\nthree")
        board.expect(r"three")
        # By itself: with what follows at once it would be one key.
        board.send("\x1b")
        board.expect(r"- /new \[Modified\]")
        board.send("dd:wq\n")
        board.expect(r"'/new' 2L")
        board.send("cat /new; echo end\n")
        board.expect(r"\none\r\ntwo\r\nend\r\n")
        board.send("poweroff -f\n")
        board.finish()
    return text


def test_session(log, uimage):
    """A shell and a file over the line are the same to the byte, owned or not."""
    image = uimage(kernel=GUEST / "vmlinuz-armmp")
    owned = session(log, image, "own")
    assert owned == session(log, image, "shared")
    assert "@vigil" not in owned and len(owned) > 3000
