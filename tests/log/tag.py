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


def siphash(key, message):
    """SipHash-2-4: 16 bytes of key, 8 bytes of output, as a number."""
    k0, k1 = struct.unpack("<QQ", key)
    v0, v1 = k0 ^ int.from_bytes(b"somepseu", "big"), k1 ^ int.from_bytes(b"dorandom", "big")
    v2, v3 = k0 ^ int.from_bytes(b"lygenera", "big"), k1 ^ int.from_bytes(b"tedbytes", "big")
    padded = message + bytes(-(len(message) + 1) % 8) + bytes([len(message) & 0xff])
    words = [*struct.unpack(f"<{len(padded) // 8}Q", padded), None]
    for word in words:
        if word is None:
            v2 ^= 0xff
        else:
            v3 ^= word
        for _ in range(4 if word is None else 2):
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
        if word is not None:
            v0 ^= word
    return v0 ^ v1 ^ v2 ^ v3


def step(key, x):
    """The key after this one."""
    message = struct.pack("<Q", x)
    return b"".join(struct.pack("<Q", siphash(key, message + bytes([half]))) for half in (0, 1))


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
            self.key = step(self.first, nonce)
        elif self.key is None:
            raise ValueError("a line before the first boot line")
        else:
            self.key = step(self.key, 0)
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
