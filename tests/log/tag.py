#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tag the lines of an untagged capture, as a monitor with a key would have.

    tests/log/tag.py KEY [NONCE...] <untagged >tagged

KEY is 32 hexadecimal digits; each boot takes the next NONCE, or one that is made of its number.
This is made from the definition in docs/audit-log.md, and shares no code with vigil-log.
"""

import re
import struct
import sys

MASK = (1 << 64) - 1


def rotl(value, by):
    """Rotate 64 bits."""
    return (value << by | value >> (64 - by)) & MASK


def words(key, message, wide):
    """SipHash-2-4, of 64 bits or of 128: one number or two."""
    k0, k1 = struct.unpack("<QQ", key)
    v0, v1 = k0 ^ int.from_bytes(b"somepseu", "big"), k1 ^ int.from_bytes(b"dorandom", "big")
    v2, v3 = k0 ^ int.from_bytes(b"lygenera", "big"), k1 ^ int.from_bytes(b"tedbytes", "big")

    def rounds(count):
        nonlocal v0, v1, v2, v3
        for _ in range(count):
            v0 = (v0 + v1) & MASK
            v2 = (v2 + v3) & MASK
            v1 = rotl(v1, 13) ^ v0
            v3 = rotl(v3, 16) ^ v2
            v0 = rotl(v0, 32)
            v2 = (v2 + v1) & MASK
            v0 = (v0 + v3) & MASK
            v1 = rotl(v1, 17) ^ v2
            v3 = rotl(v3, 21) ^ v0
            v2 = rotl(v2, 32)
        return v0 ^ v1 ^ v2 ^ v3

    if wide:
        v1 ^= 0xee
    padded = message + bytes(-(len(message) + 1) % 8) + bytes([len(message) & 0xff])
    for word in struct.unpack(f"<{len(padded) // 8}Q", padded):
        v3 ^= word
        rounds(2)
        v0 ^= word
    v2 ^= 0xee if wide else 0xff
    yield rounds(4)
    if wide:
        v1 ^= 0xdd
        yield rounds(4)


def siphash(key, message):
    """SipHash-2-4: 16 bytes of key, 8 bytes of output, as a number."""
    return next(words(key, message, False))


def siphash128(key, message):
    """The same with 16 bytes of output, as bytes."""
    return struct.pack("<QQ", *words(key, message, True))


def next_key(key):
    """The key after this one."""
    return siphash128(key, b"")


def boot_key(given, nonce):
    """The key of a boot's first line."""
    one = next_key(given)
    two = next_key(one)
    text = struct.pack("<Q", nonce)
    return struct.pack("<QQ", siphash(one, text), siphash(two, text))


class Tagger:
    """What a monitor does to its lines."""

    def __init__(self, key, nonces=()):
        self.first = key
        self.key = None
        self.boots = 0
        self.nonces = list(nonces)

    def line(self, text):
        """A line, from '@' on and without its end, with its tag."""
        if text.startswith("@vigil boot "):
            nonce = self.nonces[self.boots] if self.boots < len(self.nonces) else self.boots + 0x1000
            self.boots += 1
            text += f" nonce={nonce:016x}"
            self.key = boot_key(self.first, nonce)
        elif self.key is None:
            raise ValueError("a line before the first boot line")
        else:
            self.key = next_key(self.key)
        return f"{text} mac={siphash(self.key, text.encode('latin-1')):016x}"

    def capture(self, text):
        """All whole lines of a capture."""
        return re.sub(r"@vigil [ -~]*(?=\r?\n)", lambda match: self.line(match[0]), text)


def main():
    """Tag standard input."""
    if len(sys.argv) < 2 or not re.fullmatch("[0-9a-fA-F]{32}", sys.argv[1]):
        sys.exit(__doc__.strip())
    tagger = Tagger(bytes.fromhex(sys.argv[1]), [int(word, 16) for word in sys.argv[2:]])
    text = sys.stdin.buffer.read().decode("latin-1")
    sys.stdout.buffer.write(tagger.capture(text).encode("latin-1"))


if __name__ == "__main__":
    main()
