#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write what an assembler makes of each register of include/vigil/registers.h.

The table gives names and operands; the operands here are the ARM ARM's own, B3.17 and B4.2, typed
in again by name. The opcodes are the assembler's, and test_registers.c takes them apart.
"""

import argparse
import os
import struct
import subprocess
import sys
import tempfile

REGISTERS = {
    "SCTLR": "0 c1 c0 0", "ACTLR": "0 c1 c0 1", "CPACR": "0 c1 c0 2", "NSACR": "0 c1 c1 2",
    "TTBR0": "0 c2 c0 0", "TTBR1": "0 c2 c0 1", "TTBCR": "0 c2 c0 2", "DACR": "0 c3 c0 0",
    "DFSR": "0 c5 c0 0", "IFSR": "0 c5 c0 1", "ADFSR": "0 c5 c1 0", "AIFSR": "0 c5 c1 1",
    "DFAR": "0 c6 c0 0", "IFAR": "0 c6 c0 2",
    "DCISW": "0 c7 c6 2", "DCCSW": "0 c7 c10 2", "DCCISW": "0 c7 c14 2",
    "TLBI": "0 c8 c3 0",  # TLBIALLIS
    "PMCR": "0 c9 c12 0", "PMCNTENSET": "0 c9 c12 1", "PMCNTENCLR": "0 c9 c12 2",
    "PMOVSR": "0 c9 c12 3", "PMSWINC": "0 c9 c12 4", "PMSELR": "0 c9 c12 5",
    "PMCEID0": "0 c9 c12 6", "PMCEID1": "0 c9 c12 7", "PMCCNTR": "0 c9 c13 0",
    "PMXEVTYPER": "0 c9 c13 1", "PMXEVCNTR": "0 c9 c13 2", "PMUSERENR": "0 c9 c14 0",
    "PMINTENSET": "0 c9 c14 1", "PMINTENCLR": "0 c9 c14 2", "PMOVSSET": "0 c9 c14 3",
    "PRRR": "0 c10 c2 0", "NMRR": "0 c10 c2 1", "AMAIR0": "0 c10 c3 0", "AMAIR1": "0 c10 c3 1",
    "VBAR": "0 c12 c0 0", "ISR": "0 c12 c1 0", "CONTEXTIDR": "0 c13 c0 1",
    "L2CTLR": "1 c9 c0 2", "CBAR": "4 c15 c0 0",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="arm-linux-gnueabihf-gcc")
    parser.add_argument("--objcopy", default="arm-linux-gnueabihf-objcopy")
    parser.add_argument("header")
    args = parser.parse_args()

    lines = [".arch armv7ve", ".arm"]
    for operands in REGISTERS.values():
        opc1, crn, crm, opc2 = operands.split()
        lines.append(f"mcr p15, {opc1}, r0, {crn}, {crm}, {opc2}")
    with tempfile.TemporaryDirectory() as folder:
        source, elf, image = (os.path.join(folder, "cases" + end) for end in (".S", ".o", ".bin"))
        with open(source, "w") as file:
            file.write("\n".join(lines) + "\n")
        for command in ([*args.cc.split(), "-c", "-o", elf, source],
                        [args.objcopy, "-O", "binary", "-j", ".text", elf, image]):
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode:
                sys.exit(f"{' '.join(command)}:\n{run.stderr}")
        with open(image, "rb") as file:
            opcodes = [opcode for (opcode,) in struct.iter_unpack("<I", file.read())]
    with open(args.header, "w") as file:
        file.write("/* Made by gen_register_cases.py. */\n")
        file.write("static const struct {\n\tconst char *name;\n\tu32 opcode;\n} cases[] = {\n")
        for name, opcode in zip(REGISTERS, opcodes, strict=True):
            file.write(f'\t{{"{name}", {opcode:#010x}}},\n')
        file.write("};\n")


if __name__ == "__main__":
    main()
