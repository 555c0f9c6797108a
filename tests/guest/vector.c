// SPDX-License-Identifier: BSD-2-Clause
/* With svc=vector: an HVC of the monitor's in our vector. */
#include "calls.h"

#define HVC	0xe1456477u
#define GUARDED (VECTORS + 0x2000) /* + 8: guard.memory has it */

static void rewrite_ttbr0(void)
{
	MCR(15, 0, 2, 0, 0, MRC(15, 0, 2, 0, 0));
	isb();
}

/* With probe.on=1 as well, which denies reads there: the vector is no way to read it all the same.
 */
#define SECRET 0x41060004u

GROUP(calls_secret)
{
	struct result out;

	print("expect 1 mem r4 deny ipa=%x by=probe\n", SECRET);
	run_at((u32)code_ldr, virt(SECRET), SVC, &out);
	check(out.exc == EXC_DATA, "a read", "exception %u", out.exc);
	/* The vectors' words are in front of them, but for one that would be the secret. */
	for (u32 i = 0; i < 8; i++) {
		poke(SECRET - 0x44 + 4 * i, (u32)vectors + 4 * i);
		change(SECRET - 0x24 + 4 * i, i == 2 ? 0xe59ff014 : 0xe51ff028);
	}
	set_vbar(virt(SECRET - 0x24));
	print("expect 1 syscall svc allow nr=12c mode=usr by=callprobe\n");
	print("expect 1 syscall vector deny nr=e59ff014 mode=svc by=vigil\n");
	call(svc_arm, 300, USR, &out);
	set_vbar((u32)vectors);
	check(out.exc == EXC_UNDEF, "by the vector", "exception %u LR %x", out.exc, out.pc);
	watched("after it", 0);
}

GROUP(calls_vector)
{
	struct result out;

	verdicts(svc_arm);
	verdicts(svc_thumb);
	reserved_mode();

	write_vectors(VECTORS, route_a);
	set_vbar(virt(VECTORS));
	watched("another VBAR", 0xa);
	check(*(volatile u32 *)virt(VECTORS + 8) == HVC, "an HVC is what is read", "%x",
	      *(volatile u32 *)virt(VECTORS + 8));
	check(*(volatile u32 *)virt(VECTORS + 4) == 0xe59ff018 &&
		      *(volatile u32 *)virt(VECTORS + 12) == 0xe59ff018,
	      "beside its neighbours", "%x", *(volatile u32 *)virt(VECTORS + 4));
	change(VECTORS + 0x28, (u32)route_b);
	watched("another word", 0xb);
	/* Another instruction is looked for when TTBR0 is written. */
	poke(VECTORS + 0x2c, (u32)route_a);
	change(VECTORS + 8, 0xe59ff01c);
	reaches("another instruction, not seen", svc_arm, 300, 0xa);
	rewrite_ttbr0();
	watched("another instruction", 0xa);
	change(VECTORS + 8, NO_JUMP);
	rewrite_ttbr0();
	not_followed();
	/* Its own word comes back when it is no vector any more. */
	set_vbar((u32)vectors);
	watched("low vectors again", 0);
	check(*(volatile u32 *)(VECTORS + 8) == NO_JUMP, "its own word", "%x",
	      *(volatile u32 *)(VECTORS + 8));

	/* A copy of the vectors, ours with them. */
	write_vectors(VECTORS, route_a);
	set_vbar(virt(VECTORS));
	watched("before the copy", 0xa);
	for (u32 i = 0; i < 64; i += 4)
		change(VECTORS + 0x1000 + i, *(volatile u32 *)virt(VECTORS + i));
	set_vbar(virt(VECTORS + 0x1000));
	watched("a copy", 0xa);
	set_vbar((u32)vectors);
	watched("behind the copy", 0);

	/* Nor does a vector in what is guarded have us write there. */
	set_vbar(virt(GUARDED));
	check(!*(volatile u32 *)(GUARDED + 8), "a guarded word", "%x",
	      *(volatile u32 *)(GUARDED + 8));
	set_vbar((u32)vectors);
	watched("low vectors after it", 0);

	thumb_vectors();
	set_vbar((u32)vectors);

	/* The page beneath high vectors is looked for when TTBR0 is written. */
	if (mmu_on) {
		write_vectors(VECTORS, route_a);
		write_vectors(VECTORS + 0x1000, route_b);
		map_high(VECTORS);
		set_sctlr(SCTLR_V, 0);
		rewrite_ttbr0();
		watched("high vectors", 0xa);
		map_high(VECTORS + 0x1000);
		reaches("high vectors elsewhere, not seen", svc_arm, 300, 0xb);
		rewrite_ttbr0();
		watched("high vectors elsewhere", 0xb);
		set_sctlr(0, SCTLR_V);
		rewrite_ttbr0();
		watched("low vectors at last", 0);
	}
	call(didr_read, 0, SVC, &out);
	check(!out.exc && !out.r[0], "DBGDIDR", "exception %u, %x", out.exc, out.r[0]);
	call(bkpt_arm, 0, SVC, &out);
	check(out.exc == EXC_PREFETCH && out.pc == (u32)bkpt_arm + 4, "bkpt", "exception %u LR %x",
	      out.exc, out.pc);
	/* An HVC with its number, elsewhere, is any HVC. */
	{
		register u32 r0 __asm__("r0") = 0x12345678;

		__asm__ volatile(".arch_extension virt\n hvc #0x5647"
				 : "+r"(r0)::"r1", "r2", "r3", "memory");
		check(r0 == -1u, "HVC elsewhere", "%x", r0);
	}
}
