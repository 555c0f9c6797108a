#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Have Debian's U-Boot for QEMU's virt run from RAM: move_uboot.py ADDRESS OUT

It is linked to run from flash at 0, and carries the relocations by which it moves itself to the end
of RAM. The same are done here to the image, and to themselves. One instruction is changed: U-Boot
works out where it goes on after its own move by the address that it was built for, 0, so it must
not begin with the address at which it is.
"""

import re
import struct
import sys

UBOOT = "/usr/lib/u-boot/qemu_arm/uboot.elf"
R_ARM_RELATIVE = 23

# adr lr, here; ldr r0, [r9, #reloc_off]; add lr, lr, r0; and `here` 12 bytes behind the third word.
ADR_LR = re.compile(rb"\x0c\xe0\x8f\xe2.\x00\x99\xe5\x00\xe0\x8e\xe0", re.DOTALL)


def move(address, elf=UBOOT):
    """Return the image that is to be at this address."""
    with open(elf, "rb") as file:
        data = file.read()
    headers, = struct.unpack_from("<I", data, 32)
    size, count, names = struct.unpack_from("<3H", data, 46)
    sections = [struct.unpack_from("<10I", data, headers + i * size) for i in range(count)]
    label = {data[sections[names][4] + s[0]:].split(b"\0", 1)[0]: s for s in sections}
    start, end = label[b".text"], label[b".rel.dyn"]
    # It is one segment, from address 0.
    assert start[3] == 0 and end[4] - start[4] == end[3]
    image = bytearray(data[start[4]:end[4] + end[5]])

    here = ADR_LR.search(image)
    after = here.start() + 8 + 12
    struct.pack_into("<I", image, here.start(),
                     0xE300E000 | (after >> 12) << 16 | after & 0xFFF)  # movw lr, #here
    for entry in range(end[3], end[3] + end[5], 8):
        offset, kind = struct.unpack_from("<2I", image, entry)
        assert kind == R_ARM_RELATIVE
        for at in (offset, entry):
            word, = struct.unpack_from("<I", image, at)
            struct.pack_into("<I", image, at, (word + address) & 0xFFFFFFFF)
    return bytes(image)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    with open(sys.argv[2], "wb") as out:
        out.write(move(int(sys.argv[1], 0)))
