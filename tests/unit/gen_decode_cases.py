#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write the cases of test_decode.c: opcodes by the GNU assembler, next to what they mean.

What is expected is written by hand from what the assembly text means, so neither the opcodes
nor the expectations come from the decoder. Encodings that an assembler refuses are numbers.
"""
import argparse
import os
import struct
import subprocess
import sys
import tempfile

R0, R1, R2, R3, R4, R5, R6, R7 = (0x1000 * (n + 1) + 8 * n for n in range(8))
R8, R9 = 0x9040, 0xA048
R10 = 3  # odd: RRX moves a one out
R11 = 0x24  # a small index
R12 = 0xFFFFF004  # negative: ASR is not LSR
SP, LR = 0xE068, 0xF070
REGS = [R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12, SP, LR]

PC_A32 = 0x10000
PC_THUMB = 0x20002  # not a multiple of 4: a base of PC is rounded down
A32_BASE = 0x10008
T32_BASE = 0x20004

CASES = []
EITHER = object()  # UNPREDICTABLE: refused or taken, but always the same


def ld(size, rt, rn, addr, wb=None, **more):
    return dict(load=1, size=size, list=1 << rt, rn=rn, addr=addr, wb=wb, **more)


def st(size, rt, rn, addr, wb=None, **more):
    return dict(load=0, size=size, list=1 << rt, rn=rn, addr=addr, wb=wb, **more)


def multiple(load, rn, registers, addr, wb):
    return dict(load=load, size=4, rn=rn, addr=addr, wb=wb,
                list=sum(1 << r for r in registers))


def ldm(rn, registers, addr, wb=None):
    return multiple(1, rn, registers, addr, wb)


def stm(rn, registers, addr, wb=None):
    return multiple(0, rn, registers, addr, wb)


def case(mode, what, expected, carry=0, it=0):
    """`what` is assembly text or an opcode; `expected` is None when it is to be refused, or EITHER."""
    CASES.append((mode, what, expected, carry, it))


def a32(what, expected, **state):
    case("A32", what, expected, **state)


def t16(what, expected, **state):
    case("T16", what, expected, **state)


def t32(what, expected, **state):
    case("T32", what, expected, **state)


def refused(mode, *whats):
    for what in whats:
        case(mode, what, None)


def unpredictable(mode, *whats):
    for what in whats:
        case(mode, what, EITHER)


def a32_words_and_bytes():
    a32("ldr r0, [r1]", ld(4, 0, 1, R1))
    a32("ldr r2, [r3, #4095]", ld(4, 2, 3, R3 + 4095))
    a32("ldr r2, [r3, #-4095]", ld(4, 2, 3, R3 - 4095))
    a32("ldr r4, [r5, #12]!", ld(4, 4, 5, R5 + 12, wb=R5 + 12))
    a32("ldr r4, [r5, #-12]!", ld(4, 4, 5, R5 - 12, wb=R5 - 12))
    a32("ldr r6, [r7], #8", ld(4, 6, 7, R7, wb=R7 + 8))
    a32("ldr r6, [r7], #-8", ld(4, 6, 7, R7, wb=R7 - 8))
    a32("ldrne r6, [r7], #8", ld(4, 6, 7, R7, wb=R7 + 8))
    a32("ldr sp, [lr, #4]", ld(4, 13, 14, LR + 4))
    a32("ldr pc, [r1, #4]", ld(4, 15, 1, R1 + 4))
    a32("ldr pc, [sp], #4", ld(4, 15, 13, SP, wb=SP + 4))
    a32("ldr pc, [r1, r11, lsl #2]", ld(4, 15, 1, R1 + 0x90))
    a32("ldr pc, [r1, #2]", EITHER)  # a branch to what is read unaligned
    a32("ldr r0, [r1, #2]", ld(4, 0, 1, R1 + 2))
    a32("ldr r1, [r1]", ld(4, 1, 1, R1))
    a32("str r0, [r1]", st(4, 0, 1, R1))
    a32("str r1, [r1, #4]", st(4, 1, 1, R1 + 4))
    a32("str r4, [r5, #-12]!", st(4, 4, 5, R5 - 12, wb=R5 - 12))
    a32("str r6, [r7], #8", st(4, 6, 7, R7, wb=R7 + 8))
    a32("str pc, [r1, #4]", st(4, 15, 1, R1 + 4))
    a32("str r4, [sp, #-4]!", st(4, 4, 13, SP - 4, wb=SP - 4))
    a32("ldrb r0, [r1, #1]", ld(1, 0, 1, R1 + 1))
    a32("ldrb r0, [r1, #-1]!", ld(1, 0, 1, R1 - 1, wb=R1 - 1))
    a32("ldrb r0, [r1], #1", ld(1, 0, 1, R1, wb=R1 + 1))
    a32("strb r0, [r1, #255]", st(1, 0, 1, R1 + 255))
    a32("strb r0, [r1], #-1", st(1, 0, 1, R1, wb=R1 - 1))
    a32("strb sp, [r1]", st(1, 13, 1, R1))
    a32("ldr r0, [pc, #16]", ld(4, 0, 15, A32_BASE + 16))
    a32("ldr r0, [pc, #-8]", ld(4, 0, 15, A32_BASE - 8))
    a32("ldrb r0, [pc, #3]", ld(1, 0, 15, A32_BASE + 3))
    a32("str r0, [pc, #4]", st(4, 0, 15, A32_BASE + 4))
    a32("ldr pc, [pc, #-4]", ld(4, 15, 15, A32_BASE - 4))

    a32("ldr r0, [r1, r2]", ld(4, 0, 1, R1 + R2))
    a32("ldr r0, [r1, -r2]", ld(4, 0, 1, R1 - R2))
    a32("ldr r0, [r1, r2, lsl #1]", ld(4, 0, 1, R1 + 2 * R2))
    a32("ldr r0, [r1, -r2, lsl #3]", ld(4, 0, 1, R1 - 8 * R2))
    a32("ldr r0, [r1, r10, lsl #31]", ld(4, 0, 1, R1 + 0x80000000))
    a32("ldr r0, [r1, r2, lsr #4]", ld(4, 0, 1, R1 + 0x301))
    a32("ldr r0, [r1, r12, lsr #4]", ld(4, 0, 1, R1 + 0x0FFFFF00))
    a32("ldr r0, [r1, r12, lsr #31]", ld(4, 0, 1, R1 + 1))
    a32("ldr r0, [r1, r12, lsr #32]", ld(4, 0, 1, R1))
    a32("ldr r0, [r1, r12, asr #4]", ld(4, 0, 1, R1 - 0x100))
    a32("ldr r0, [r1, r2, asr #4]", ld(4, 0, 1, R1 + 0x301))
    a32("ldr r0, [r1, r12, asr #32]", ld(4, 0, 1, R1 - 1))
    a32("ldr r0, [r1, r2, asr #32]", ld(4, 0, 1, R1))
    a32("ldr r0, [r1, r11, ror #4]", ld(4, 0, 1, R1 + 0x40000002))
    a32("ldr r0, [r1, r10, ror #31]", ld(4, 0, 1, R1 + 6))
    a32("ldr r0, [r1, r10, rrx]", ld(4, 0, 1, R1 + 1))
    a32("ldr r0, [r1, r10, rrx]", ld(4, 0, 1, R1 + 0x80000001), carry=1)
    a32("ldr r0, [r1, -r10, rrx]!", ld(4, 0, 1, R1 - 1, wb=R1 - 1))
    a32("ldr r0, [r1, r2]!", ld(4, 0, 1, R1 + R2, wb=R1 + R2))
    a32("ldr r0, [r1], r2", ld(4, 0, 1, R1, wb=R1 + R2))
    a32("ldr r0, [r1], -r2, lsl #2", ld(4, 0, 1, R1, wb=R1 - 4 * R2))
    a32("ldr r0, [r1, r1]!", ld(4, 0, 1, 2 * R1, wb=2 * R1))
    a32("ldr r0, [pc, r11]", ld(4, 0, 15, A32_BASE + 0x24))
    a32("str r0, [r1, r2, lsl #2]", st(4, 0, 1, R1 + 4 * R2))
    a32("str pc, [r1, r2]", st(4, 15, 1, R1 + R2))
    a32("str r0, [r1], r12", st(4, 0, 1, R1, wb=R1 - 0xFFC))
    a32("str r0, [r1, -r11]!", st(4, 0, 1, R1 - 0x24, wb=R1 - 0x24))
    a32("ldrb r0, [r1, r11]", ld(1, 0, 1, R1 + 0x24))
    a32("ldrb r0, [r1], r11, lsr #2", ld(1, 0, 1, R1, wb=R1 + 9))
    a32("strb r0, [r1, -r11, lsl #1]", st(1, 0, 1, R1 - 0x48))
    a32("strb r0, [r1, r11]!", st(1, 0, 1, R1 + 0x24, wb=R1 + 0x24))

    a32("ldrt r0, [r1]", ld(4, 0, 1, R1, wb=R1, user=1))
    a32("ldrt r0, [r1], #4", ld(4, 0, 1, R1, wb=R1 + 4, user=1))
    a32("ldrt r0, [r1], -r2", ld(4, 0, 1, R1, wb=R1 - R2, user=1))
    a32("strt r0, [r1], #-4", st(4, 0, 1, R1, wb=R1 - 4, user=1))
    a32("strt r0, [r1], r2, lsl #1", st(4, 0, 1, R1, wb=R1 + 2 * R2, user=1))
    a32("strt pc, [r1], #4", st(4, 15, 1, R1, wb=R1 + 4, user=1))
    a32("ldrbt r0, [r1], #1", ld(1, 0, 1, R1, wb=R1 + 1, user=1))
    a32("ldrbt r0, [r1], r11", ld(1, 0, 1, R1, wb=R1 + 0x24, user=1))
    a32("strbt r0, [r1], #1", st(1, 0, 1, R1, wb=R1 + 1, user=1))
    a32("strbt r0, [r1], -r11, asr #2", st(1, 0, 1, R1, wb=R1 - 9, user=1))

    refused("A32",
            0xE5D1F000,  # ldrb pc, [r1]
            0xE4F1F001)  # ldrbt pc, [r1], #1
    unpredictable("A32",
                  0xE5B11004,  # ldr r1, [r1, #4]!
                  0xE4911004,  # ldr r1, [r1], #4
                  0xE5A11004,  # str r1, [r1, #4]!
                  0xE6811002,  # str r1, [r1], r2
                  0xE5BF0004,  # ldr r0, [pc, #4]!
                  0xE49F0004,  # ldr r0, [pc], #4
                  0xE5AF0004,  # str r0, [pc, #4]!
                  0xE5C1F000,  # strb pc, [r1]
                  0xE4B1F004,  # ldrt pc, [r1], #4
                  0xE4BF0004,  # ldrt r0, [pc], #4
                  0xE4A11004)  # strt r1, [r1], #4
    unpredictable("A32",
                  0xE791000F,  # ldr r0, [r1, pc]
                  0xE781000F,  # str r0, [r1, pc]
                  0xE7D1000F,  # ldrb r0, [r1, pc]
                  0xE691000F)  # ldr r0, [r1], pc


def a32_halves_and_pairs():
    a32("ldrh r0, [r1]", ld(2, 0, 1, R1))
    a32("ldrh r0, [r1, #0xfe]", ld(2, 0, 1, R1 + 0xFE))
    a32("ldrh r0, [r1, #0x1f]", ld(2, 0, 1, R1 + 0x1F))
    a32("ldrh r0, [r1, #-0xfe]", ld(2, 0, 1, R1 - 0xFE))
    a32("ldrh r0, [r1, #0x52]!", ld(2, 0, 1, R1 + 0x52, wb=R1 + 0x52))
    a32("ldrh r0, [r1], #2", ld(2, 0, 1, R1, wb=R1 + 2))
    a32("ldrh r0, [r1], #-2", ld(2, 0, 1, R1, wb=R1 - 2))
    a32("ldrh r0, [r1, r11]", ld(2, 0, 1, R1 + 0x24))
    a32("ldrh r0, [r1, -r11]!", ld(2, 0, 1, R1 - 0x24, wb=R1 - 0x24))
    a32("ldrh r0, [r1], r11", ld(2, 0, 1, R1, wb=R1 + 0x24))
    a32("ldrh r0, [pc, #0x12]", ld(2, 0, 15, A32_BASE + 0x12))
    a32("ldrh sp, [r1]", ld(2, 13, 1, R1))
    a32("strh r0, [r1, #2]", st(2, 0, 1, R1 + 2))
    a32("strh r0, [r1, #-2]!", st(2, 0, 1, R1 - 2, wb=R1 - 2))
    a32("strh r0, [r1], r11", st(2, 0, 1, R1, wb=R1 + 0x24))
    a32("strh r0, [r1, -r11]", st(2, 0, 1, R1 - 0x24))
    a32("ldrsb r0, [r1, #3]", ld(1, 0, 1, R1 + 3, sign=1))
    a32("ldrsb r0, [r1], #-3", ld(1, 0, 1, R1, wb=R1 - 3, sign=1))
    a32("ldrsb r0, [r1, r11]!", ld(1, 0, 1, R1 + 0x24, wb=R1 + 0x24, sign=1))
    a32("ldrsb r0, [pc, #-3]", ld(1, 0, 15, A32_BASE - 3, sign=1))
    a32("ldrsh r0, [r1, #6]", ld(2, 0, 1, R1 + 6, sign=1))
    a32("ldrsh r0, [r1, #-6]!", ld(2, 0, 1, R1 - 6, wb=R1 - 6, sign=1))
    a32("ldrsh r0, [r1], -r11", ld(2, 0, 1, R1, wb=R1 - 0x24, sign=1))
    a32("ldrsh r0, [pc, #4]", ld(2, 0, 15, A32_BASE + 4, sign=1))

    a32("ldrht r0, [r1], #2", ld(2, 0, 1, R1, wb=R1 + 2, user=1))
    a32("ldrht r0, [r1], -r11", ld(2, 0, 1, R1, wb=R1 - 0x24, user=1))
    a32("strht r0, [r1], #-2", st(2, 0, 1, R1, wb=R1 - 2, user=1))
    a32("strht r0, [r1], r11", st(2, 0, 1, R1, wb=R1 + 0x24, user=1))
    a32("ldrsbt r0, [r1], #1", ld(1, 0, 1, R1, wb=R1 + 1, sign=1, user=1))
    a32("ldrsbt r0, [r1], r11", ld(1, 0, 1, R1, wb=R1 + 0x24, sign=1, user=1))
    a32("ldrsht r0, [r1], #-4", ld(2, 0, 1, R1, wb=R1 - 4, sign=1, user=1))
    a32("ldrsht r0, [r1], r11", ld(2, 0, 1, R1, wb=R1 + 0x24, sign=1, user=1))

    a32("ldrd r0, r1, [r2]", ld(8, 0, 2, R2, rt2=1))
    a32("ldrd r4, r5, [r2, #0xf8]", ld(8, 4, 2, R2 + 0xF8, rt2=5))
    a32("ldrd r4, r5, [r2, #-8]!", ld(8, 4, 2, R2 - 8, wb=R2 - 8, rt2=5))
    a32("ldrd r4, r5, [r2], #8", ld(8, 4, 2, R2, wb=R2 + 8, rt2=5))
    a32("ldrd r4, r5, [r2, r11]", ld(8, 4, 2, R2 + 0x24, rt2=5))
    a32("ldrd r4, r5, [r2], -r11", ld(8, 4, 2, R2, wb=R2 - 0x24, rt2=5))
    a32("ldrd r2, r3, [r2]", ld(8, 2, 2, R2, rt2=3))
    a32("ldrd r12, sp, [r2]", ld(8, 12, 2, R2, rt2=13))
    a32("ldrd r0, r1, [pc, #24]", ld(8, 0, 15, A32_BASE + 24, rt2=1))
    a32("strd r0, r1, [r2]", st(8, 0, 2, R2, rt2=1))
    a32("strd r8, r9, [r2, #-16]", st(8, 8, 2, R2 - 16, rt2=9))
    a32("strd r8, r9, [sp, #-8]!", st(8, 8, 13, SP - 8, wb=SP - 8, rt2=9))
    a32("strd r8, r9, [r2], #8", st(8, 8, 2, R2, wb=R2 + 8, rt2=9))
    a32("strd r8, r9, [r2, -r11]!", st(8, 8, 2, R2 - 0x24, wb=R2 - 0x24, rt2=9))
    a32("strd r4, r5, [r2, r4]", st(8, 4, 2, R2 + R4, rt2=5))

    refused("A32",
            0xE1D1F0B0,  # ldrh pc, [r1]
            0xE1D1F0D0,  # ldrsb pc, [r1]
            0xE1FF00B2,  # ldrh r0, [pc, #2]!
            0xE0DF00B2,  # ldrh r0, [pc], #2
            0xE1C2E0D0,  # ldrd lr, pc, [r2]
            0xE1EF00D8)  # ldrd r0, r1, [pc, #8]!
    unpredictable("A32",
                  0xE1C1F0B0,  # strh pc, [r1]
                  0xE1F110B2,  # ldrh r1, [r1, #2]!
                  0xE0E110B2,  # strht r1, [r1], #2
                  0xE1C210D0,  # ldrd r1, r2, [r2]
                  0xE1C210F0,  # strd r1, r2, [r2]
                  0xE1C2E0F0,  # strd lr, pc, [r2]
                  0xE1E220D8,  # ldrd r2, r3, [r2, #8]!
                  0xE1E320D8,  # ldrd r2, r3, [r3, #8]!
                  0xE0C320F8,  # strd r2, r3, [r3], #8
                  0xE0E200D8,  # "ldrdt"
                  0xE0E200F8)  # "strdt"
    unpredictable("A32",
                  0xE19100BF,  # ldrh r0, [r1, pc]
                  0xE19101BB,  # ldrh r0, [r1, r11] with a should-be-zero bit set
                  0xE19102BB,
                  0xE19104BB,
                  0xE19108BB,
                  0xE1810FB2,  # strh r0, [r1, r2] with all of them, as in strex
                  0xE1810FD2,
                  0xE1910FBF,
                  0xE1910FDF,
                  0xE18200D0,  # ldrd r0, r1, [r2, r0]
                  0xE18200D1,  # ldrd r0, r1, [r2, r1]
                  0xE18200DF,  # ldrd r0, r1, [r2, pc]
                  0xE18200FF)  # strd r0, r1, [r2, pc]


def a32_blocks():
    a32("ldmia r0, {r1, r2, r3}", ldm(0, [1, 2, 3], R0))
    a32("ldmib r0, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 + 4))
    a32("ldmda r0, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 - 8))
    a32("ldmdb r0, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 - 12))
    a32("ldmia r0!, {r1, r2, r3}", ldm(0, [1, 2, 3], R0, wb=R0 + 12))
    a32("ldmib r0!, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 + 4, wb=R0 + 12))
    a32("ldmda r0!, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 - 8, wb=R0 - 12))
    a32("ldmdb r0!, {r1, r2, r3}", ldm(0, [1, 2, 3], R0 - 12, wb=R0 - 12))
    a32("stmia r7, {r1, r4}", stm(7, [1, 4], R7))
    a32("stmib r7, {r1, r4}", stm(7, [1, 4], R7 + 4))
    a32("stmda r7, {r1, r4}", stm(7, [1, 4], R7 - 4))
    a32("stmdb r7, {r1, r4}", stm(7, [1, 4], R7 - 8))
    a32("stmia r7!, {r1, r4}", stm(7, [1, 4], R7, wb=R7 + 8))
    a32("stmib r7!, {r1, r4}", stm(7, [1, 4], R7 + 4, wb=R7 + 8))
    a32("stmda r7!, {r1, r4}", stm(7, [1, 4], R7 - 4, wb=R7 - 8))
    a32("stmdb r7!, {r1, r4}", stm(7, [1, 4], R7 - 8, wb=R7 - 8))
    a32("push {r4-r7, lr}", stm(13, [4, 5, 6, 7, 14], SP - 20, wb=SP - 20))
    a32("pop {r4-r7, pc}", ldm(13, [4, 5, 6, 7, 15], SP, wb=SP + 20))
    a32("push {r4}", st(4, 4, 13, SP - 4, wb=SP - 4))
    a32("pop {pc}", ld(4, 15, 13, SP, wb=SP + 4))
    a32("ldm r0, {r0, r1}", ldm(0, [0, 1], R0))
    a32("ldm r1, {r14, pc}", ldm(1, [14, 15], R1))
    a32("ldm r0, {r4, r7}", ldm(0, [4, 7], R0))  # bits [7:4] as in a multiply
    a32("stm r1, {r0, r1, r2}", stm(1, [0, 1, 2], R1))
    a32("stm r1!, {r1, r2}", stm(1, [1, 2], R1, wb=R1 + 8))
    a32("stmdb r1!, {r1}", stm(1, [1], R1 - 4, wb=R1 - 4))
    a32("stm r0, {r1, sp, pc}", stm(0, [1, 13, 15], R0))
    a32("ldm r0, {r0-r15}", ldm(0, list(range(16)), R0))
    a32("stmdb lr, {r0-r15}", stm(14, list(range(16)), LR - 64))
    a32("ldmdb r1, {r0}", ldm(1, [0], R1 - 4))
    a32("ldm r10, {r0}", ldm(10, [0], R10))
    a32("ldm r10, {r0, pc}", EITHER)  # unaligned
    refused("A32",
            "ldm r0, {r1, r2}^", "stm r0, {r1, r2}^", "ldm sp!, {r0, pc}^",
            0xE8900000,  # ldm r0, {}
            0xE8A00000)  # stm r0!, {}
    unpredictable("A32",
                  0xE89F0003,  # ldm pc, {r0, r1}
                  0xE88F0003)  # stm pc, {r0, r1}
    unpredictable("A32",
                  0xE8B00003,  # ldm r0!, {r0, r1}
                  0xE8B10003,  # ldm r1!, {r0, r1}
                  0xE8A10003,  # stm r1!, {r0, r1}
                  0xE92D3000,  # push {r12, sp}
                  0xE8BD2001)  # pop {r0, sp}


def a32_exclusives():
    a32("ldrex r0, [r1]", ld(4, 0, 1, R1, excl=1))
    a32("ldrexb r0, [r1]", ld(1, 0, 1, R1, excl=1))
    a32("ldrexh r0, [r1]", ld(2, 0, 1, R1, excl=1))
    a32("ldrexd r4, r5, [r1]", ld(8, 4, 1, R1, rt2=5, excl=1))
    a32("ldrex r1, [r1]", ld(4, 1, 1, R1, excl=1))
    a32("ldrex sp, [r1]", ld(4, 13, 1, R1, excl=1))
    a32("strex r0, r2, [r1]", st(4, 2, 1, R1, rd=0, excl=1))
    a32("strexb r3, r2, [r1]", st(1, 2, 1, R1, rd=3, excl=1))
    a32("strexh r3, r2, [r1]", st(2, 2, 1, R1, rd=3, excl=1))
    a32("strexd r3, r4, r5, [r1]", st(8, 4, 1, R1, rt2=5, rd=3, excl=1))
    a32("strex r0, r1, [r1]", st(4, 1, 1, R1, rd=0, excl=1))
    refused("A32",
            0xE1B1EF9F,  # ldrexd lr, pc, [r1]
            0xE191009F,
            "lda r0, [r1]", "ldab r0, [r1]", "ldah r0, [r1]", "stl r0, [r1]",
            "stlb r0, [r1]", "ldaex r0, [r1]", "stlex r0, r2, [r1]", "ldaexd r0, r1, [r2]")
    unpredictable("A32",
                  0xE191FF9F,  # ldrex pc, [r1]
                  0xE19F0F9F,  # ldrex r0, [pc]
                  0xE1B11F9F,  # ldrexd r1, r2, [r1]
                  0xE181FF92,  # strex pc, r2, [r1]
                  0xE1810F9F,  # strex r0, pc, [r1]
                  0xE18F0F92,  # strex r0, r2, [pc]
                  0xE1811F92,  # strex r1, r2, [r1]
                  0xE1812F92,  # strex r2, r2, [r1]
                  0xE1A10F93,  # strexd r0, r3, r4, [r1]
                  0xE1A10F9E,  # strexd r0, lr, pc, [r1]
                  0xE1A14F94,  # strexd r4, r4, r5, [r1]
                  0xE1A15F94,  # strexd r5, r4, r5, [r1]
                  0xE1C11F92)  # strexb r1, r2, [r1]
    unpredictable("A32",
                  0xE1910F90)  # ldrex with should-be-one bits clear


def a32_others():
    refused("A32",
            "pld [r1]", "pldw [r1, #4]", "pli [r1, r2]", "pld [pc, #8]",
            "vldr d0, [r1]", "vstmia r1!, {d0-d3}", "vld1.8 {d0}, [r1]",
            "ldc p14, c5, [r1]", "stc p14, c5, [r1], #4", "mcr p15, 0, r0, c1, c0, 0",
            "mov r0, r1", "add r0, r1, r2, lsl r3", "adds r0, r1, #4", "mul r0, r1, r2",
            "mla r0, r1, r2, r3", "umull r0, r1, r2, r3", "smulbb r0, r1, r2",
            "sxtb r0, r1", "usad8 r0, r1, r2", "ubfx r0, r1, #3, #4", "udf #0",
            "b .", "bl .", "blx r0", "svc #0", "clrex", "dmb", "nop", "mrs r0, cpsr",
            "srsdb sp!, #19", "rfeia sp!", "bkpt #0", "hvc #0",
            0xE1010092,  # swp r0, r2, [r1]
            0xE1410092,  # swpb r0, r2, [r1]
            0xF5910000)  # ldr r0, [r1] but for its condition


def t16_all():
    t16("ldr.n r3, [pc, #0]", ld(4, 3, 15, T32_BASE))
    t16("ldr.n r3, [pc, #1020]", ld(4, 3, 15, T32_BASE + 1020))
    t16("str.n r0, [r1, r2]", st(4, 0, 1, R1 + R2))
    t16("strh.n r3, [r4, r5]", st(2, 3, 4, R4 + R5))
    t16("strb.n r6, [r7, r0]", st(1, 6, 7, R7 + R0))
    t16("ldrsb.n r0, [r1, r2]", ld(1, 0, 1, R1 + R2, sign=1))
    t16("ldr.n r3, [r4, r5]", ld(4, 3, 4, R4 + R5))
    t16("ldrh.n r6, [r7, r0]", ld(2, 6, 7, R7 + R0))
    t16("ldrb.n r0, [r1, r2]", ld(1, 0, 1, R1 + R2))
    t16("ldrsh.n r3, [r4, r5]", ld(2, 3, 4, R4 + R5, sign=1))
    t16("ldr.n r1, [r1, r1]", ld(4, 1, 1, 2 * R1))
    t16("str.n r0, [r1]", st(4, 0, 1, R1))
    t16("str.n r2, [r3, #124]", st(4, 2, 3, R3 + 124))
    t16("ldr.n r4, [r5, #4]", ld(4, 4, 5, R5 + 4))
    t16("ldr.n r7, [r7, #64]", ld(4, 7, 7, R7 + 64))
    t16("strb.n r2, [r3, #31]", st(1, 2, 3, R3 + 31))
    t16("ldrb.n r4, [r5, #1]", ld(1, 4, 5, R5 + 1))
    t16("strh.n r2, [r3, #62]", st(2, 2, 3, R3 + 62))
    t16("ldrh.n r4, [r5, #2]", ld(2, 4, 5, R5 + 2))
    t16("str.n r2, [sp, #1020]", st(4, 2, 13, SP + 1020))
    t16("ldr.n r7, [sp, #4]", ld(4, 7, 13, SP + 4))
    t16("push {r0}", stm(13, [0], SP - 4, wb=SP - 4))
    t16("push {r4-r7, lr}", stm(13, [4, 5, 6, 7, 14], SP - 20, wb=SP - 20))
    t16("push {lr}", stm(13, [14], SP - 4, wb=SP - 4))
    t16("pop {r0}", ldm(13, [0], SP, wb=SP + 4))
    t16("pop {r0-r7, pc}", ldm(13, [0, 1, 2, 3, 4, 5, 6, 7, 15], SP, wb=SP + 36))
    t16("pop {pc}", ldm(13, [15], SP, wb=SP + 4))
    t16("pop {pc}", ldm(13, [15], SP, wb=SP + 4), it=0x08)  # EQ, the last of its block
    t16("pop {pc}", None, it=0x04)  # not the last
    t16("pop {r0}", ldm(13, [0], SP, wb=SP + 4), it=0x04)
    t16("stm r1!, {r2, r3}", stm(1, [2, 3], R1, wb=R1 + 8))
    t16("stm r1!, {r1, r3}", stm(1, [1, 3], R1, wb=R1 + 8))
    t16("stm r7!, {r0}", stm(7, [0], R7, wb=R7 + 4))
    t16("ldm r1!, {r0, r2}", ldm(1, [0, 2], R1, wb=R1 + 8))
    t16("ldm r1, {r0, r1, r2}", ldm(1, [0, 1, 2], R1))
    t16("ldm r1, {r1}", ldm(1, [1], R1))
    refused("T16",
            "movs r0, #1", "add r0, r1", "bx lr", "blx r0", "cmp r0, r1", "adr r0, . + 8",
            "add sp, #8", "sub sp, #8", "cbz r0, . + 8", "sxth r0, r1", "rev r0, r1", "nop",
            "bkpt #0", "svc #0", "udf #1", "cpsid i", "setend be", "it eq", "beq .", "b .",
            "mov r8, r1", "lsls r0, r1, #3",
            0xB400,  # push {}
            0xBC00,  # pop {}
            0xC000,  # stm r0!, {}
            0xC800)  # ldm r0!, {}
    unpredictable("T16",
                  0xC103)  # stm r1!, {r0, r1}


def t32_singles():
    for suffix, size, sign in (("", 4, 0), ("b", 1, 0), ("h", 2, 0), ("sb", 1, 1), ("sh", 2, 1)):
        op, more = "ldr" + suffix, {"sign": sign}
        t32(op + ".w r0, [r1]", ld(size, 0, 1, R1, **more))
        t32(op + ".w r8, [r9, #4095]", ld(size, 8, 9, R9 + 4095, **more))
        t32(op + ".w r0, [r1, #-255]", ld(size, 0, 1, R1 - 255, **more))
        t32(op + ".w r0, [r1, #4]!", ld(size, 0, 1, R1 + 4, wb=R1 + 4, **more))
        t32(op + ".w r0, [r1, #-4]!", ld(size, 0, 1, R1 - 4, wb=R1 - 4, **more))
        t32(op + ".w r0, [r1], #255", ld(size, 0, 1, R1, wb=R1 + 255, **more))
        t32(op + ".w r0, [r1], #-4", ld(size, 0, 1, R1, wb=R1 - 4, **more))
        t32(op + ".w r0, [r1, r2]", ld(size, 0, 1, R1 + R2, **more))
        t32(op + ".w r0, [sp, r11, lsl #3]", ld(size, 0, 13, SP + 0x120, **more))
        t32(op + ".w r0, [pc, #4095]", ld(size, 0, 15, T32_BASE + 4095, **more))
        t32(op + ".w r0, [pc, #-4095]", ld(size, 0, 15, T32_BASE - 4095, **more))
        t32(op + "t r0, [r1, #255]", ld(size, 0, 1, R1 + 255, user=1, **more))
        t32(op + "t r1, [r1]", ld(size, 1, 1, R1, user=1, **more))
    for suffix, size in (("", 4), ("b", 1), ("h", 2)):
        op = "str" + suffix
        t32(op + ".w r0, [r1]", st(size, 0, 1, R1))
        t32(op + ".w r8, [r9, #4095]", st(size, 8, 9, R9 + 4095))
        t32(op + ".w r0, [r1, #-255]", st(size, 0, 1, R1 - 255))
        t32(op + ".w r0, [r1, #4]!", st(size, 0, 1, R1 + 4, wb=R1 + 4))
        t32(op + ".w r0, [r1], #-4", st(size, 0, 1, R1, wb=R1 - 4))
        t32(op + ".w r0, [r1, r12]", st(size, 0, 1, R1 - 0xFFC))
        t32(op + ".w r0, [r1, r11, lsl #1]", st(size, 0, 1, R1 + 0x48))
        t32(op + "t r0, [r1, #16]", st(size, 0, 1, R1 + 16, user=1))

    t32("ldr.w r0, [r1, #0xf4f]", ld(4, 0, 1, R1 + 0xF4F))  # as in ldrexb, ldrexd, strexb
    t32("ldr.w r0, [r1, #0x07f]", ld(4, 0, 1, R1 + 0x7F))
    t32("str.w r0, [r1, #0xf40]", st(4, 0, 1, R1 + 0xF40))
    t32("ldr.w pc, [r1, #8]", ld(4, 15, 1, R1 + 8))
    t32("ldr.w pc, [r1, r11, lsl #2]", ld(4, 15, 1, R1 + 0x90))
    t32("ldr.w pc, [pc, #8]", ld(4, 15, 15, T32_BASE + 8))
    t32("ldr.w pc, [sp], #4", ld(4, 15, 13, SP, wb=SP + 4))
    t32("ldr.w pc, [r1, #6]", EITHER)
    t32("ldr.w pc, [r1, #8]", ld(4, 15, 1, R1 + 8), it=0x18)
    t32("ldr.w pc, [r1, #8]", None, it=0x1C)
    t32("ldr.w sp, [r1]", ld(4, 13, 1, R1))
    t32("str.w sp, [r1]", st(4, 13, 1, R1))
    t32("push.w {r3}", st(4, 3, 13, SP - 4, wb=SP - 4))
    t32("pop.w {r3}", ld(4, 3, 13, SP, wb=SP + 4))

    refused("T32",
            "pld [r1]", "pld [r1, #-4]", "pldw [r1, #4]", "pld [r1, r2, lsl #1]", "pld [pc, #8]",
            "pli [r1]", "pli [pc, #-8]", "pli [r1, r2]",
            0xF811FC04,  # pld [r1, #-4], and what is near it:
            0xF831F004,  # pldw [r1, r4]
            0xF9B1F000,  # an unallocated hint
            0xF933F004,
            0xF811FB04,  # ldrb pc, [r1], #4
            0xF811FE04,  # ldrbt pc, [r1, #4]
            0xF8510042,  # bits [10:6] of the register form are not clear
            0xF8510402,
            0xF8F10000,  # size 3
            0xF8E10000,
            0xF9410000,  # a "signed" store
            "vld1.8 {d0}, [r1]", "vst1.32 {d0}, [r1], r2")
    unpredictable("T32",
                  0xF851FE04,  # ldrt pc, [r1, #4]
                  0xF851DE04,  # ldrt sp, [r1, #4]
                  0xF841DE04,  # strt sp, [r1, #4]
                  0xF891D000,  # ldrb sp, [r1]
                  0xF8B1D000,  # ldrh sp, [r1]
                  0xF991D000,  # ldrsb sp, [r1]
                  0xF881D000,  # strb sp, [r1]
                  0xF8A1F000,  # strh pc, [r1]
                  0xF8C1F000,  # str pc, [r1]
                  0xF8CF0000,  # str r0, [pc]
                  0xF84F0001,  # str r0, [pc, r1]
                  0xF84F0D04,  # str r0, [pc, #-4]!
                  0xF8511F04,  # ldr r1, [r1, #4]!
                  0xF8511B04,  # ldr r1, [r1], #4
                  0xF8411F04,  # str r1, [r1, #4]!
                  0xF8411904,  # str r1, [r1], #-4
                  0xF8510804,  # P and W both clear
                  0xF8410A04,
                  0xF9D10000,  # a signed word
                  0xF9510002)
    unpredictable("T32",
                  0xF851000D,  # ldr r0, [r1, sp]
                  0xF851000F,  # ldr r0, [r1, pc]
                  0xF841000F)  # str r0, [r1, pc]


def t32_pairs():
    t32("ldrd r0, r1, [r2]", ld(8, 0, 2, R2, rt2=1))
    t32("ldrd r3, r0, [r2, #1020]", ld(8, 3, 2, R2 + 1020, rt2=0))
    t32("ldrd r3, r0, [r2, #-1020]", ld(8, 3, 2, R2 - 1020, rt2=0))
    t32("ldrd r3, r0, [r2, #8]!", ld(8, 3, 2, R2 + 8, wb=R2 + 8, rt2=0))
    t32("ldrd r3, r0, [r2, #-8]!", ld(8, 3, 2, R2 - 8, wb=R2 - 8, rt2=0))
    t32("ldrd r3, r0, [r2], #8", ld(8, 3, 2, R2, wb=R2 + 8, rt2=0))
    t32("ldrd r3, r0, [r2], #-8", ld(8, 3, 2, R2, wb=R2 - 8, rt2=0))
    t32("ldrd r2, r3, [r2]", ld(8, 2, 2, R2, rt2=3))
    t32("ldrd r8, lr, [r2]", ld(8, 8, 2, R2, rt2=14))
    t32("ldrd r0, r1, [pc, #16]", ld(8, 0, 15, T32_BASE + 16, rt2=1))
    t32("ldrd r0, r1, [pc, #-16]", ld(8, 0, 15, T32_BASE - 16, rt2=1))
    t32("strd r0, r1, [r2]", st(8, 0, 2, R2, rt2=1))
    t32("strd r5, r4, [r2, #-4]", st(8, 5, 2, R2 - 4, rt2=4))
    t32("strd r5, r4, [sp, #-8]!", st(8, 5, 13, SP - 8, wb=SP - 8, rt2=4))
    t32("strd r5, r4, [r2], #8", st(8, 5, 2, R2, wb=R2 + 8, rt2=4))
    t32("strd r5, r5, [r2]", st(8, 5, 2, R2, rt2=5))
    refused("T32",
            0xE9D20F00,  # ldrd r0, pc, [r2]
            0xE9FF0102,  # ldrd r0, r1, [pc, #8]!
            0xE8FF0102,  # ldrd r0, r1, [pc], #8
            "tbb [r0, r1]", "tbh [r0, r1, lsl #1]")
    unpredictable("T32",
                  0xE9D20000,  # ldrd r0, r0, [r2]
                  0xE9D20D00,  # ldrd r0, sp, [r2]
                  0xE9D2D000,  # ldrd sp, r0, [r2]
                  0xE9C2F000,  # strd pc, r0, [r2]
                  0xE9C2D100,  # strd sp, r1, [r2]
                  0xE9CF0100,  # strd r0, r1, [pc]
                  0xE9F22302,  # ldrd r2, r3, [r2, #8]!
                  0xE9F23202,  # ldrd r3, r2, [r2, #8]!
                  0xE8E22302)  # strd r2, r3, [r2], #8


def t32_blocks():
    t32("ldmia.w r0, {r1, r2, r8}", ldm(0, [1, 2, 8], R0))
    t32("ldmia.w r0!, {r1, r2, r8}", ldm(0, [1, 2, 8], R0, wb=R0 + 12))
    t32("ldmdb r0, {r1, r2, r8}", ldm(0, [1, 2, 8], R0 - 12))
    t32("ldmdb r0!, {r1, r2, r8}", ldm(0, [1, 2, 8], R0 - 12, wb=R0 - 12))
    t32("stmia.w r9, {r1, lr}", stm(9, [1, 14], R9))
    t32("stmia.w r9!, {r1, lr}", stm(9, [1, 14], R9, wb=R9 + 8))
    t32("stmdb r9, {r1, r2}", stm(9, [1, 2], R9 - 8))
    t32("stmdb r9!, {r1, r2}", stm(9, [1, 2], R9 - 8, wb=R9 - 8))
    t32("push.w {r4-r11, lr}", stm(13, [4, 5, 6, 7, 8, 9, 10, 11, 14], SP - 36, wb=SP - 36))
    t32("pop.w {r4-r11, pc}", ldm(13, [4, 5, 6, 7, 8, 9, 10, 11, 15], SP, wb=SP + 36))
    t32("pop.w {r4, lr}", ldm(13, [4, 14], SP, wb=SP + 8))
    t32("pop.w {r4, pc}", ldm(13, [4, 15], SP, wb=SP + 8), it=0xE8)
    t32("pop.w {r4, pc}", None, it=0xE2)
    t32("ldm.w r1, {r1, r2}", ldm(1, [1, 2], R1))
    t32("stm.w r1, {r1, r2}", stm(1, [1, 2], R1))
    refused("T32",
            0xE8900000,  # ldm r0, {}
            0xE8000006,  # modes DA and IB
            0xE8100006,
            0xE9800006,
            0xE9900006,
            "srsdb sp!, #19", "rfeia sp!", "srsia #19", "rfedb r0")
    unpredictable("T32",
                  0xE8902003,  # ldm r0, {r0, r1, sp}
                  0xE8802003,  # stm r0, {r0, r1, sp}
                  0xE9102006,  # ldmdb r0, {r1, r2, sp}
                  0xE9002006,  # stmdb r0, {r1, r2, sp}
                  0xE89F0006,  # ldm pc, {r1, r2}
                  0xE88F0006)  # stm pc, {r1, r2}
    unpredictable("T32",
                  0xE8900002,  # ldm r0, {r1}
                  0xE8800002,  # stm r0, {r1}
                  0xE890C002,  # ldm r0, {r1, lr, pc}
                  0xE9008006,  # stmdb r0, {r1, r2, pc}
                  0xE8808003,  # stm r0, {r0, r1, pc}
                  0xE8B10006,  # ldm r1!, {r1, r2}
                  0xE8A10006,  # stm r1!, {r1, r2}
                  0xE9210006)  # stmdb r1!, {r1, r2}


def t32_exclusives():
    t32("ldrex r0, [r1]", ld(4, 0, 1, R1, excl=1))
    t32("ldrex r0, [r1, #1020]", ld(4, 0, 1, R1 + 1020, excl=1))
    t32("ldrexb r0, [r1]", ld(1, 0, 1, R1, excl=1))
    t32("ldrexh r0, [r1]", ld(2, 0, 1, R1, excl=1))
    t32("ldrexd r3, r0, [r1]", ld(8, 3, 1, R1, rt2=0, excl=1))
    t32("strex r0, r2, [r1]", st(4, 2, 1, R1, rd=0, excl=1))
    t32("strex r0, r2, [r1, #4]", st(4, 2, 1, R1 + 4, rd=0, excl=1))
    t32("strexb r3, r2, [r1]", st(1, 2, 1, R1, rd=3, excl=1))
    t32("strexh r3, r2, [r1]", st(2, 2, 1, R1, rd=3, excl=1))
    t32("strexd r3, r5, r2, [r1]", st(8, 5, 1, R1, rt2=2, rd=3, excl=1))
    t32("strexd r3, r5, r5, [r1]", st(8, 5, 1, R1, rt2=5, rd=3, excl=1))
    refused("T32",
            0xE8D10F7F,  # ldrexd r0, pc, [r1]
            0xE8D10F6F,  # size 2
            0xE8C12F60,
            "lda r0, [r1]", "stlb r0, [r1]", "ldah r0, [r1]", "ldaex r0, [r1]",
            "stlex r0, r2, [r1]", "ldaexb r0, [r1]", "stlexb r0, r2, [r1]",
            "stlexd r0, r2, r3, [r1]", "ldaexd r0, r2, [r1]")
    unpredictable("T32",
                  0xE851FF00,  # ldrex pc, [r1]
                  0xE851DF00,  # ldrex sp, [r1]
                  0xE85F0F00,  # ldrex r0, [pc]
                  0xE8D1004F,  # the same for ldrexb
                  0xE8D1007F,  # ldrexd r0, r0, [r1]
                  0xE8D10D7F,  # ldrexd r0, sp, [r1]
                  0xE8412D00,  # strex sp, r2, [r1]
                  0xE8412F00,  # strex pc, r2, [r1]
                  0xE841D000,  # strex r0, sp, [r1]
                  0xE8412200,  # strex r2, r2, [r1]
                  0xE8412100,  # strex r1, r2, [r1]
                  0xE84F2000,  # strex r0, r2, [pc]
                  0xE8C12F41,  # strexb r1, r2, [r1]
                  0xE8C12052,  # strexh with should-be-one bits clear
                  0xE8C12372,  # strexd r2, r2, r3, [r1]
                  0xE8C12373,  # strexd r3, r2, r3, [r1]
                  0xE8C12D70)  # strexd r0, r2, sp, [r1]
    unpredictable("T32",
                  0xE8510000,  # ldrex with should-be-one bits clear
                  0xE8D10F40,
                  0xE8D12370)  # ldrexd r2, r3, [r1] with should-be-one bits clear


def t32_others():
    refused("T32",
            "bl .", "b.w .", "mov.w r0, #1", "add.w r0, r1, r2", "movw r0, #1234", "mul r0, r1, r2",
            "umull r0, r1, r2, r3", "clrex", "dmb", "nop.w", "mrs r0, cpsr", "vldr d0, [r1]",
            "vpush {d8}", "ldc p14, c5, [r1]", "mrc p15, 0, r0, c1, c0, 0", "sxtb.w r0, r1",
            "clz r0, r1", "udf.w #0", "hvc #0", "ubfx r0, r1, #3, #4",
            0x68080000)  # a 16-bit first halfword


def every_base():
    """Each register as the base, low ones at the other places of the 16-bit encodings too."""
    for n, base in enumerate(REGS):
        t, d = (0, 2) if n not in (0, 2) else (1, 3)  # neither is n
        for mode, w in (a32, ""), (t32, ".w"):
            mode(f"ldr{w} r{t}, [r{n}, #4]!", ld(4, t, n, base + 4, wb=base + 4))
            mode(f"strb{w} r{t}, [r{n}, #-4]!", st(1, t, n, base - 4, wb=base - 4))
            mode(f"ldrsh{w} r{t}, [r{n}, #-4]", ld(2, t, n, base - 4, sign=1))
            mode(f"strh{w} r{t}, [r{n}, r{d}]", st(2, t, n, base + REGS[d]))
            mode(f"ldrd r4, r5, [r{n}, #8]", ld(8, 4, n, base + 8, rt2=5))
            mode(f"strd r6, r7, [r{n}, #-8]", st(8, 6, n, base - 8, rt2=7))
            mode(f"ldmia{w} r{n}, {{r{t}, r{d}}}", ldm(n, [t, d], base))
            mode(f"ldmdb r{n}!, {{r{t}, r{d}}}", ldm(n, [t, d], base - 8, wb=base - 8))
            mode(f"stmia{w} r{n}!, {{r{t}, r{d}}}", stm(n, [t, d], base, wb=base + 8))
            mode(f"stmdb r{n}, {{r{t}, r{d}}}", stm(n, [t, d], base - 8))
            mode(f"ldrex r{t}, [r{n}]", ld(4, t, n, base, excl=1))
            mode(f"strex r{t}, r{d}, [r{n}]", st(4, d, n, base, rd=t, excl=1))
            mode(f"ldrexb r{t}, [r{n}]", ld(1, t, n, base, excl=1))
            mode(f"strexh r{t}, r{d}, [r{n}]", st(2, d, n, base, rd=t, excl=1))
            mode(f"ldrexd r4, r5, [r{n}]", ld(8, 4, n, base, rt2=5, excl=1))
        if n > 12:
            continue
        if n not in (4, 5):
            t32(f"strexd r{t}, r4, r5, [r{n}]", st(8, 4, n, base, rt2=5, rd=t, excl=1))
            t32(f"ldrd r4, r5, [r{n}], #8", ld(8, 4, n, base, wb=base + 8, rt2=5))
            t32(f"strd r4, r5, [r{n}], #-8", st(8, 4, n, base, wb=base - 8, rt2=5))

    for op, access in (("str", st(4, 0, 0, 0)), ("strh", st(2, 0, 0, 0)), ("strb", st(1, 0, 0, 0)),
                       ("ldr", ld(4, 0, 0, 0)), ("ldrh", ld(2, 0, 0, 0)), ("ldrb", ld(1, 0, 0, 0)),
                       ("ldrsb", ld(1, 0, 0, 0, sign=1)), ("ldrsh", ld(2, 0, 0, 0, sign=1))):
        for n in range(8):
            m, t = (n + 3) % 8, (n + 5) % 8
            t16(f"{op}.n r{t}, [r{n}, r{m}]", dict(access, list=1 << t, rn=n, addr=REGS[n] + REGS[m]))
            if not op.startswith("ldrs"):
                t16(f"{op}.n r{t}, [r{n}, #4]", dict(access, list=1 << t, rn=n, addr=REGS[n] + 4))
    for n in range(8):
        m = (n + 1) % 8
        t16(f"ldm r{n}!, {{r{m}}}", ldm(n, [m], REGS[n], wb=REGS[n] + 4))
        t16(f"stm r{n}!, {{r{m}}}", stm(n, [m], REGS[n], wb=REGS[n] + 4))
        t16(f"ldr.n r{n}, [sp, #8]", ld(4, n, 13, SP + 8))
        t16(f"str.n r{n}, [sp, #8]", st(4, n, 13, SP + 8))
        t16(f"ldr.n r{n}, [pc, #8]", ld(4, n, 15, T32_BASE + 8))


def every_data_register():
    for t in range(15):
        a32(f"ldr r{t}, [pc]", ld(4, t, 15, A32_BASE))
        a32(f"strb r{t}, [pc]", st(1, t, 15, A32_BASE))
        t32(f"ldr.w r{t}, [pc]", ld(4, t, 15, T32_BASE))
        a32(f"ldrsh r{t}, [pc]", ld(2, t, 15, A32_BASE, sign=1))
        if t != 13:
            t32(f"ldrsb.w r{t}, [pc, #1]", ld(1, t, 15, T32_BASE + 1, sign=1))
        if t not in (1, 2):
            a32(f"strexb r1, r{t}, [r2]", st(1, t, 2, R2, rd=1, excl=1))
            a32(f"strexb r{t}, r1, [r2]", st(1, 1, 2, R2, rd=t, excl=1))
        if t not in (1, 2, 13):
            t32(f"strexb r1, r{t}, [r2]", st(1, t, 2, R2, rd=1, excl=1))
            t32(f"strex r{t}, r1, [r2]", st(4, 1, 2, R2, rd=t, excl=1))
            t32(f"ldrd r1, r{t}, [r2]", ld(8, 1, 2, R2, rt2=t))


def assemble(args, folder):
    """The opcodes of CASES, in order. Each has four bytes to itself."""
    lines = [".syntax unified", ".arch armv8-a", ".arch_extension virt", ".fpu neon-fp-armv8"]
    for mode, what, *_ in CASES:
        if isinstance(what, str):
            lines += [".arm" if mode == "A32" else ".thumb", what, ".p2align 2, 0"]
    source, elf, image = (os.path.join(folder, "cases" + end) for end in (".S", ".o", ".bin"))
    with open(source, "w") as f:
        f.write("\n".join(lines) + "\n")
    for command in ([*args.cc.split(), "-c", "-o", elf, source],
                    [args.objcopy, "-O", "binary", "-j", ".text", elf, image]):
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"{' '.join(command)}:\n{run.stderr}")
    with open(image, "rb") as f:
        return [slot for (slot,) in struct.iter_unpack("<4s", f.read())]


def opcode_of(mode, slot):
    if mode == "A32":
        return struct.unpack("<I", slot)[0]
    first, second = struct.unpack("<HH", slot)
    wide = first >= 0xE800
    if wide != (mode == "T32"):
        sys.exit(f"not assembled as {mode}: {slot.hex()}")
    return first << 16 | second if wide else first


def entry(mode, what, opcode, expected, carry, it):
    thumb = mode != "A32"
    cpsr = 0x1D3 | carry << 29 | (it & 0xFC) << 8 | (it & 3) << 25 | (0x20 if thumb else 0)
    name = f"{mode} {what if isinstance(what, str) else hex(what)}"
    if expected is None:
        fields, result = "{0}", -1
    elif expected is EITHER:
        fields, result = "{0}", 1
    else:
        e = dict(expected, len=2 if mode == "T16" else 4)
        wb = e.pop("wb")
        if wb is not None:
            e.update(wback=1, wb_value=wb)
        fields, result = "{%s}" % ", ".join(f".{k} = {v & 0xFFFFFFFF:#x}" for k, v in e.items()), 0
    return (f'\t{{"{name}", {opcode:#010x}, {str(thumb).lower()}, '
            f"{PC_THUMB if thumb else PC_A32:#x}, {cpsr:#010x}, {result}, {fields}}},\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cc", default="arm-linux-gnueabihf-gcc")
    parser.add_argument("--objcopy", default="arm-linux-gnueabihf-objcopy")
    parser.add_argument("header")
    args = parser.parse_args()

    for table in (a32_words_and_bytes, a32_halves_and_pairs, a32_blocks, a32_exclusives, a32_others,
                  t16_all, t32_singles, t32_pairs, t32_blocks, t32_exclusives, t32_others, every_base,
                  every_data_register):
        table()
    with tempfile.TemporaryDirectory() as folder:
        slots = assemble(args, folder)
    if len(slots) != sum(isinstance(what, str) for _, what, *_ in CASES):
        sys.exit("an instruction did not take four bytes or fewer")

    slots = iter(slots)
    with open(args.header, "w") as f:
        f.write("/* Made by gen_decode_cases.py. */\n")
        f.write(f"static const u32 case_regs[15] = {{{', '.join(map(hex, REGS))}}};\n\n")
        f.write("static const struct decode_case cases[] = {\n")
        for mode, what, expected, carry, it in CASES:
            opcode = opcode_of(mode, next(slots)) if isinstance(what, str) else what
            f.write(entry(mode, what, opcode, expected, carry, it))
        f.write("};\n")


if __name__ == "__main__":
    main()
