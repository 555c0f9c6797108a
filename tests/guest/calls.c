// SPDX-License-Identifier: BSD-2-Clause
/* With tests/policies/callprobe.c: system calls, and the vectors that they go through. */
#include "calls.h"

#define HIGH 0xffff0000u

extern void bcr_write(void), vbar_user(void);
extern char route_back[];
__asm__(".text\n.syntax unified\n.arm\n"
	".global svc_arm, svc_thumb, bkpt_arm, didr_read, jump_reserved, route_a, route_b, "
	"route_thumb\n"
	"svc_arm: svc #0\n b form_done\n"
	"bkpt_arm: bkpt #7\n b form_done\n"
	"bcr_write: mcr p14, 0, r0, c0, c0, 5\n b form_done\n"
	"didr_read: mrc p14, 0, r0, c0, c0, 0\n b form_done\n"
	"vbar_user: mrc p15, 0, r0, c12, c0, 0\n b form_done\n"
	/* Ways from a vector to the common one, each leaving its mark. */
	"jump_reserved: mov r0, #0x1c0\n msr spsr_fsxc, r0\n ldr lr, =form_done\n"
	"ldr pc, =vectors + 8\n .ltorg\n"
	"route_a: mov r12, #0xa\n b vectors + 8\n"
	"route_b: mov r12, #0xb\n b vectors + 8\n"
	"route_back: bx lr\n"
	".balign 4\n.thumb\n.thumb_func\n"
	"svc_thumb: svc #0x55\n nop\n bx pc\n nop\n.balign 4\n.arm\n b form_done\n"
	".thumb\n.thumb_func\n"
	"route_thumb: mov r12, #0xc\n bx pc\n nop\n.balign 4\n.arm\n b vectors + 8\n");

static u64 small_pages[512] __attribute__((aligned(4096)));

u32 virt(u32 addr)
{
	return mmu_on ? addr | ALIAS : addr;
}

/* The first argument: another one each time, so that no record is folded into one before. */
static u32 first = 0x80;

static u32 value(u32 i)
{
	return i ? 0x11 * i + 0x80 : first;
}

void call(void (*code)(void), u32 nr, u32 mode, struct result *out)
{
	struct regs in = {.cpsr = mode | MASKED};

	for (u32 i = 0; i < 15; i++)
		in.r[i] = value(i);
	in.r[7] = nr;
	*out = (struct result){0};
	run_code(&in, out, (u32)code);
}

/* The call reaches the vector, with its registers as they were. */
void reaches(const char *name, void (*code)(void), u32 nr, u32 route)
{
	u32 at = (u32)code & ~1u, thumb = (u32)code & 1;
	struct result out;
	bool same = true;

	call(code, nr, USR, &out);
	for (u32 i = 0; i < 15; i++)
		same &= i == 7 || (i == 12 && route) || out.r[i] == value(i);
	check(same && out.exc == EXC_SVC && out.pc == at + (thumb ? 2 : 4) &&
		      (out.spsr & 0x1ff) == (USR | MASKED | thumb << 5) &&
		      (out.entry & 0xbf) == (SVC | 0x80) && (!route || out.r[12] == route),
	      name, "exception %u LR %x SPSR %x CPSR %x r0 %x r12 %x", out.exc, out.pc, out.spsr,
	      out.entry, out.r[0], out.r[12]);
}

void expect(u32 nr, const char *verdict, void (*code)(void))
{
	print("expect 1 syscall svc %s nr=%x pc=%x mode=usr by=callprobe "
	      "args=%x,91,a2,b3,c4,d5,e6\n",
	      verdict, nr, (u32)code & ~1u, ++first);
}

static void denied(const char *name, void (*code)(void), u32 nr, u32 error)
{
	struct result out;

	expect(nr, "deny", code);
	call(code, nr, USR, &out);
	check(out.exc == EXC_NONE && out.r[0] == -error && out.r[1] == 0x91 &&
		      (out.cpsr & 0x1f) == USR,
	      name, "exception %u r0 %x CPSR %x", out.exc, out.r[0], out.cpsr);
}

void verdicts(void (*code)(void))
{
	u32 at = (u32)code & ~1u, thumb = (u32)code & 1;
	struct result out;

	for (u32 i = 0; i < 3; i++) { /* followed anew, then as before */
		expect(300, "allow", code);
		reaches("allowed", code, 300, 0);
		reaches("not watched", code, 299, 0);
		reaches("allowed without a record", code, 309, 0);
	}
	expect(0xf0002, "allow", code);
	reaches("private call", code, 0xf0002, 0);
	reaches("private call, not watched", code, 0xf0003, 0);
	reaches("no number at all", code, 0xffffffff, 0);
	denied("denied", code, 301, 1);
	denied("denied with an error", code, 302, 13);
	expect(303, "kill", code);
	call(code, 303, USR, &out);
	check(out.exc == EXC_UNDEF && out.pc == at + (thumb ? 2 : 4) &&
		      (out.spsr & 0x3f) == (USR | thumb << 5) && out.r[0] == first,
	      "killed", "exception %u LR %x SPSR %x", out.exc, out.pc, out.spsr);
	print("expect 1 syscall svc allow nr=%x args=100,101,102,103,104,105,106\n", 304);
	call(code, 304, USR, &out);
	check(out.exc == EXC_SVC && out.r[0] == 0x100 && out.r[6] == 0x106 && out.r[7] == 304,
	      "arguments replaced", "exception %u r0 %x r6 %x", out.exc, out.r[0], out.r[6]);
	/* From PL1 it is nobody's system call. */
	call(code, 301, SVC, &out);
	check(out.exc == EXC_SVC && (out.spsr & 0x1f) == SVC, "of SVC mode", "%u", out.exc);
	call(code, 301, SYS, &out);
	check(out.exc == EXC_SVC && (out.spsr & 0x1f) == SYS, "of System mode", "%u", out.exc);
}

void set_sctlr(u32 set, u32 clear)
{
	MCR(15, 0, 1, 0, 0, (MRC(15, 0, 1, 0, 0) & ~clear) | set);
	isb();
}

void set_vbar(u32 base)
{
	MCR(15, 0, 12, 0, 0, base);
	isb();
}

/* One page of vectors: LDR PC, [PC, #imm], the words behind them; SVC takes a route. */
void write_vectors(u32 page, const void *route)
{
	for (u32 i = 0; i < 8; i++) {
		poke(page + 4 * i, 0xe59ff018);
		poke(page + 0x20 + 4 * i, (u32)vectors + 4 * i);
	}
	poke(page + 0x28, (u32)route);
	dsb();
	MCR(15, 0, 7, 5, 0, 0); /* ICIALLU */
	dsb();
	isb();
}

void change(u32 addr, u32 word)
{
	poke(addr, word);
	dsb();
	MCR(15, 0, 7, 5, 0, 0);
	dsb();
	isb();
}

void watched(const char *name, u32 route)
{
	for (u32 i = 0; i < 3; i++) {
		expect(300, "allow", svc_arm);
		reaches(name, svc_arm, 300, route);
		reaches(name, svc_arm, 299, route);
	}
}

void map_high(u32 page)
{
	if (mmu_long)
		small_pages[0x1f0] = page | 0x747;
	else
		((u32 *)small_pages)[0xf0] = page | 0x47e;
	mmu_table(mmu_long ? 0xffe00000 : 0xfff00000, (u32)small_pages);
}

/* What is no jump is refused, and said so. */
void not_followed(void)
{
	struct result out;

	expect(300, "allow", svc_arm);
	print("expect 1 syscall vector deny nr=%x pc=%x mode=svc by=vigil\n", NO_JUMP,
	      virt(VECTORS) + 8);
	call(svc_arm, 300, USR, &out);
	check(out.exc == EXC_UNDEF && out.pc == virt(VECTORS) + 12 && (out.spsr & 0x1f) == SVC,
	      "not to be followed", "exception %u LR %x SPSR %x", out.exc, out.pc, out.spsr);
}

void thumb_vectors(void)
{
	set_sctlr(TE, 0);
	write_vectors(VECTORS, route_thumb);
	change(VECTORS + 8, 0xf01cf8df); /* LDR.W PC, [PC, #28] */
	set_vbar(virt(VECTORS));
	watched("Thumb load", 0xc);
	set_sctlr(0, TE);
}

void reserved_mode(void)
{
	struct result out;

	for (u32 nr = 300; nr <= 303; nr++) {
		call(jump_reserved, nr, SVC, &out);
		check(out.exc == EXC_SVC && out.r[0] == 0x1c0, "a jump to the vector",
		      "exception %u, %x", out.exc, out.r[0]);
	}
}

GROUP(calls)
{
	struct result out;

	verdicts(svc_arm);
	verdicts(svc_thumb);
	reserved_mode();

	/* Vectors elsewhere, then what they hold changes. */
	write_vectors(VECTORS, route_a);
	set_vbar(virt(VECTORS));
	watched("another VBAR", 0xa);
	change(VECTORS + 0x28, (u32)route_b);
	watched("another word", 0xb);
	change(VECTORS + 0x28, (u32)route_thumb);
	watched("to Thumb", 0xc);
	poke(VECTORS + 0x2c, (u32)route_a);
	change(VECTORS + 8, 0xe59ff01c);
	watched("another instruction", 0xa);
	change(VECTORS + 8, NO_JUMP);
	not_followed();

	thumb_vectors();

	/* High vectors, and another page beneath them without a word to anybody. */
	if (mmu_on) {
		write_vectors(VECTORS, route_a);
		write_vectors(VECTORS + 0x1000, route_b);
		map_high(VECTORS);
		set_sctlr(SCTLR_V, 0);
		watched("high vectors", 0xa);
		map_high(VECTORS + 0x1000);
		watched("high vectors elsewhere", 0xb);
		set_sctlr(0, SCTLR_V);
	}
	set_vbar((u32)vectors);
	watched("low vectors again", 0);

	/* The debug registers are not the guest's; its BKPT is. */
	call(didr_read, 0, SVC, &out);
	check(!out.exc && !out.r[0], "DBGDIDR", "exception %u, %x", out.exc, out.r[0]);
	print("expect 1 sysreg w4 deny val=%x by=vigil\n", first);
	call(bcr_write, 0, SVC, &out);
	check(!out.exc, "DBGBCR0 write is dropped", "exception %u", out.exc);
	watched("after it", 0);
	for (u32 mode = USR; mode <= SVC; mode += SVC - USR) {
		call(bkpt_arm, 0, mode, &out);
		check(out.exc == EXC_PREFETCH && (out.ifsr & 0x63f) == (mmu_long ? 0x222 : 0x02) &&
			      out.pc == (u32)bkpt_arm + 4 && (out.spsr & 0x1f) == mode,
		      "bkpt", "exception %u IFSR %x LR %x", out.exc, out.ifsr, out.pc);
	}
	check(MRC(15, 0, 12, 0, 0) == (u32)vectors, "VBAR reads", "%x", MRC(15, 0, 12, 0, 0));
	print("expect * sysreg r4 deny mode=usr\n");
	call(vbar_user, 0, USR, &out);
	check(out.exc == EXC_UNDEF, "VBAR of User mode", "exception %u", out.exc);
}

GROUP(calls_halt)
{
	struct result out;

	call(svc_arm, 305, USR, &out);
	print("going on\n");
}

/* Each CPU has breakpoints of its own: as many records as calls. */
#define CALLS_MADE 50u

static void make_calls(u32 cpu)
{
	set_vbar(VECTORS);
	for (u32 i = 0; i < CALLS_MADE; i++) {
		register u32 r0 __asm__("r0") = i;
		register u32 r7 __asm__("r7") = 300;

		/* The vector's way is back to here, and in SVC mode. */
		__asm__ volatile("cps #0x10\n svc #0" : "+r"(r0) : "r"(r7) : "lr", "memory");
	}
	set_vbar((u32)vectors);
	mailbox[cpu].here = 3;
}

GROUP(calls_smp)
{
	write_vectors(VECTORS, route_back);
	for (u32 cpu = 1; cpu < cpu_total; cpu++)
		check(cpu_on(cpu, secondary_arm, make_calls) == 0, "CPU on", "%u", cpu);
	make_calls(0);
	for (u32 cpu = 1; cpu < cpu_total; cpu++)
		/* While it goes off it sends from the log: no word until then. */
		while (mailbox[cpu].here != 3 || smc(0x84000004, cpu, 0, 0) != 1)
			;
	print("calls: %u each\n", CALLS_MADE);
}
