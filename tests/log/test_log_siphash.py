# SPDX-License-Identifier: BSD-2-Clause
"""The hash and its keys: vigil-log's and the tagger's, against the reference vectors."""

import struct
import subprocess

from vlog import KEY, TEST
from tag import boot_key, next_key, siphash, siphash128

# SipHash-2-4's reference vectors: key 00 to 0f, messages of 0 to 63 bytes 00, 01, ... As bytes.
VECTORS = """
310e0edd47db6f72 fd67dc93c539f874 5a4fa9d909806c0d 2d7efbd796666785
b7877127e09427cf 8da699cd64557618 cee3fe586e46c9cb 37d1018bf50002ab
6224939a79f5f593 b0e4a90bdf82009e f3b9dd94c5bb5d7a a7ad6b22462fb3f4
fbe50e86bc8f1e75 903d84c02756ea14 eef27a8e90ca23f7 e545be4961ca29a1
db9bc2577fcc2a3f 9447be2cf5e99a69 9cd38d96f0b3c14b bd6179a71dc96dbb
98eea21af25cd6be c7673b2eb0cbf2d0 883ea3e395675393 c8ce5ccd8c030ca8
94af49f6c650adb8 eab8858ade92e1bc f315bb5bb835d817 adcf6b0763612e2f
a5c91da7acaa4dde 716595876650a2a6 28ef495c53a387ad 42c341d8fa92d832
ce7cf2722f512771 e37859f94623f3a7 381205bb1ab0e012 ae97a10fd434e015
b4a31508beff4d31 81396229f0907902 4d0cf49ee5d4dcca 5c73336a76d8bf9a
d0a704536ba93e0e 925958fcd6420cad a915c29bc8067318 952b79f3bc0aa6d4
f21df2e41d4535f9 87577519048f53a9 10a56cf5dfcd9adb eb75095ccd986cd0
51a9cb9ecba312e6 96afadfc2ce666c7 72fe52975a4364ee 5a1645b276d592a1
b274cb8ebf87870a 6f9bb4203de7b381 eaecb2a30b22a87f 9924a43cc1315724
bd838d3aafbf8db7 0b1a2a3265d51aea 135079a3231ce660 932b2846e4d70666
e1915f5cb1eca46c f325965ca16d629f 575ff28e60381be5 724506eb4c328a95
""".split()

# With 128 bits of output, by the length of the message.
WIDE = {
    0: "a3817f04ba25a8e66df67214c7550293",
    1: "da87c1d86b99af44347659119b22fc45",
    7: "a1f1ebbed8dbc153c0b84aa61ff08239",
    8: "3b62a9ba6258f5610f83e264f31497b4",
    9: "264499060ad9baabc47f8b02bb6d71ed",
    15: "5493e99933b0a8117e08ec0f97cfc3d9",
    63: "5150d1772f50834a503e069a973fbd7c",
}


def program(*args):
    """What the C code makes of this."""
    return subprocess.run([TEST / "siphash", *args], stdout=subprocess.PIPE, check=True,
                          text=True).stdout.split()


def test_vectors():
    messages = [bytes(range(n)) for n in range(64)]
    wanted = [f"{struct.unpack('<Q', bytes.fromhex(v))[0]:016x}" for v in VECTORS]
    assert len(wanted) == 64
    assert program(KEY.hex(), *(m.hex() for m in messages)) == wanted
    assert [f"{siphash(KEY, m):016x}" for m in messages] == wanted


def test_wide_vectors():
    for length, wanted in WIDE.items():
        assert siphash128(KEY, bytes(range(length))).hex() == wanted


def test_keys():
    """Both walk the same way: of no text, and with a nonce by the two keys that follow."""
    assert program(KEY.hex(), "next") == [WIDE[0]] == [next_key(KEY).hex()]
    key = KEY
    for _ in range(20):
        assert program(key.hex(), "next") == [next_key(key).hex()]
        key = next_key(key)
    one, two = next_key(KEY), next_key(next_key(KEY))
    for nonce in (0, 1, 0x0123456789abcdef, 2**64 - 1):
        text = struct.pack("<Q", nonce)
        wanted = struct.pack("<QQ", siphash(one, text), siphash(two, text))
        assert program(KEY.hex(), "boot", f"{nonce:x}") == [wanted.hex()]
        assert boot_key(KEY, nonce) == wanted
