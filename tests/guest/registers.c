// SPDX-License-Identifier: BSD-2-Clause
/* Control registers as events; and lockdown, attacked. */
#include "guest.h"

#define TEXT   0x50000000u /* a section, or a block of the long format, that is made read-only */
#define FIXMAP 0xffc00000u
#define SVC_4  "mode=svc by=log\n"

#define REGISTER(name, insn) \
	extern void name(void); \
	__asm__(".text\n.arm\n" #name ": " insn "\n b form_done\n")

REGISTER(mrc_cpacr, "mrc p15, 0, r0, c1, c0, 2");
REGISTER(mcr_cpacr, "mcr p15, 0, r0, c1, c0, 2");
REGISTER(mcr_failing, "cmp r0, r0\n mcrne p15, 0, r0, c1, c0, 2");
REGISTER(mcr_contextidr, "mcr p15, 0, r0, c13, c0, 1");
REGISTER(mrc_sctlr, "mrc p15, 0, r0, c1, c0, 0");
REGISTER(mcr_ifar, "mcr p15, 0, r0, c6, c0, 2");
REGISTER(mcrr_sctlr, "mcrr p15, 0, r0, r1, c1");
REGISTER(mcr_isr, "mcr p15, 0, r0, c12, c1, 0");

/* In Thumb state, and with one of the IT block's two instructions skipped. */
extern void mcr_thumb(void);
__asm__(".text\n.syntax unified\n.thumb\n.p2align 2\n.thumb_func\nmcr_thumb:\n cmp r0, r0\n itee eq\n"
	" mcreq p15, 0, r1, c13, c0, 1\n mcrne p15, 0, r0, c13, c0, 1\n addne r1, #1\n"
	" nop\n bx pc\n nop\n.arm\n b form_done\n");

static u64 ttbr1(void)
{
	u32 lo, hi;

	__asm__ volatile("mrrc p15, 1, %0, %1, c2" : "=r"(lo), "=r"(hi));
	return (u64)hi << 32 | lo;
}

static void set_ttbr1(u64 value)
{
	__asm__ volatile("mcrr p15, 1, %0, %1, c2" ::"r"((u32)value), "r"((u32)(value >> 32)));
}

static void undefined(const char *name, void (*code)(void), u32 mode)
{
	struct result out;

	run_at((u32)code, 0x55, mode, &out);
	check(out.exc == EXC_UNDEF && out.pc == (u32)code + 4, name, "exception %u LR %x", out.exc,
	      out.pc);
}

/* log.reg=CPACR,TTBR1,VBAR,CONTEXTIDR */
GROUP(registers)
{
	u32 sctlr = MRC(15, 0, 1, 0, 0), vbar;
	u64 table;
	struct result out;

	/* What the start has written; a read ends it. */
	print("expect * sysreg w4 allow by=log\n");
	print("expect * sysreg w8 allow reg=TTBR1 by=log\n");
	print("expect 1 sysreg r4 allow reg=CPACR val=0 old=0 " SVC_4);
	check(MRC(15, 0, 1, 0, 2) == 0, "CPACR", "-");
	print("expect 1 sysreg w4 allow reg=CPACR val=f00000 old=0 " SVC_4);
	MCR(15, 0, 1, 0, 2, 0xf00000);
	print("expect 1 sysreg w4 allow reg=CPACR val=0 old=f00000 " SVC_4);
	MCR(15, 0, 1, 0, 2, 0);
	run_at((u32)mcr_failing, 0, SVC, &out);
	check(!out.exc, "a write whose condition fails", "exception %u", out.exc);

	/* Registers beside those. */
	MCR(15, 0, 1, 0, 0, sctlr | 2);
	isb();
	check(MRC(15, 0, 1, 0, 0) == (sctlr | 2), "SCTLR beside it", "%x", MRC(15, 0, 1, 0, 0));
	MCR(15, 0, 1, 0, 0, sctlr);
	isb();
	MCR(15, 0, 6, 0, 2, 0xfa0);
	check(MRC(15, 0, 6, 0, 2) == 0xfa0, "IFAR", "%x", MRC(15, 0, 6, 0, 2));
	check((MRC(15, 0, 12, 1, 0) & ~0x1c0) == 0, "ISR", "%x", MRC(15, 0, 12, 1, 0));
	MCR(15, 0, 2, 0, 2, MRC(15, 0, 2, 0, 2));

	/* The 64 bits of it. */
	print("expect 1 sysreg r8 allow reg=TTBR1 mode=svc\n");
	table = ttbr1();
	if (mmu_long) {
		print("expect 1 sysreg w8 allow reg=TTBR1 val=3400000000 old=%llx " SVC_4, table);
		set_ttbr1(0x3400000000);
		print("expect 1 sysreg w4 allow reg=TTBR1 val=40000000 old=0 " SVC_4);
		MCR(15, 0, 2, 0, 1, 0x40000000);
		print("expect 1 sysreg r8 allow reg=TTBR1 val=3440000000 mode=svc\n");
		check(ttbr1() == 0x3440000000, "TTBR1", "-");
		print("expect 1 sysreg w8 allow reg=TTBR1 val=%llx old=3440000000 " SVC_4, table);
		set_ttbr1(table);
	}
	print("expect 1 sysreg r4 allow reg=VBAR mode=svc\n");
	vbar = MRC(15, 0, 12, 0, 0);
	print("expect 1 sysreg w4 allow reg=VBAR val=%x old=%x " SVC_4, vbar, vbar);
	MCR(15, 0, 12, 0, 0, vbar);

	/* By HCR.TVM: writes alone. */
	print("expect 1 sysreg w4 allow reg=CONTEXTIDR val=80 old=0 " SVC_4);
	run_at((u32)mcr_contextidr, 0, SVC, &out);
	check(!out.exc && MRC(15, 0, 13, 0, 1) == 0x80, "CONTEXTIDR", "%x", MRC(15, 0, 13, 0, 1));
	print("expect 1 sysreg w4 allow reg=CONTEXTIDR val=55 old=80 " SVC_4);
	run_at((u32)mcr_thumb | 1, 0x55, SVC, &out);
	check(!out.exc && MRC(15, 0, 13, 0, 1) == 0x55 && out.r[1] == 0x55, "in Thumb state",
	      "exception %u, %x, r1 %x", out.exc, MRC(15, 0, 13, 0, 1), out.r[1]);

	/* What hardware has not, or not for User mode; whether that traps is left open. */
	print("expect * sysreg r4 deny mode=usr\n");
	undefined("CPACR of User mode", mrc_cpacr, USR);
	undefined("SCTLR of User mode", mrc_sctlr, USR);
	print("expect * sysreg w4 deny mode=usr\n");
	undefined("CPACR write of User mode", mcr_cpacr, USR);
	print("expect * sysreg w8 deny mode=svc by=vigil\n");
	undefined("MCRR of c1", mcrr_sctlr, SVC);
	print("expect * sysreg w4 deny mode=svc by=vigil\n");
	undefined("write of ISR", mcr_isr, SVC);
}

/* With tests/policies/probe.c: writes of IFSR, DFAR and IFAR, and reads of CPACR and PRRR. */
GROUP(register_verdicts)
{
	u32 prrr = mmu_long ? 0xff04 : 0x000a81a8;
	struct result out;

	MCR(15, 0, 10, 2, 0, prrr);
	print("expect 1 sysreg w4 deny reg=IFSR val=7 old=%x mode=svc by=probe\n",
	      MRC(15, 0, 5, 0, 1));
	out.ifsr = MRC(15, 0, 5, 0, 1);
	MCR(15, 0, 5, 0, 1, 7);
	check(MRC(15, 0, 5, 0, 1) == out.ifsr, "denied write", "%x", MRC(15, 0, 5, 0, 1));
	print("expect 1 sysreg w4 allow reg=DFAR val=5a5a5a50 old=%x mode=svc by=probe\n",
	      MRC(15, 0, 6, 0, 0));
	MCR(15, 0, 6, 0, 0, 0x1234);
	check(MRC(15, 0, 6, 0, 0) == 0x5a5a5a50, "replaced write", "%x", MRC(15, 0, 6, 0, 0));
	print("expect 1 sysreg w4 kill reg=IFAR val=80 mode=svc by=probe\n");
	undefined("killed write", mcr_ifar, SVC);
	print("expect 1 sysreg r4 deny reg=CPACR val=0 mode=svc by=probe\n");
	check(MRC(15, 0, 1, 0, 2) == 0, "denied read", "-");
	MCR(15, 0, 1, 0, 2, 0);
	print("expect 1 sysreg r4 allow reg=PRRR val=123 old=%x mode=svc by=probe\n", prrr);
	check(MRC(15, 0, 10, 2, 0) == 0x123, "replaced read", "-");
	check(hvc(0xc0000014, 0, 0, 0) == 0xffffffff, "no watch once the guest runs", "-");
	/* Taken back, they trap as before, and nobody is asked. */
	check(hvc(0xc0000015, 0, 0, 0) == 0, "no watch any more", "-");
	MCR(15, 0, 5, 0, 1, 7);
	check(MRC(15, 0, 5, 0, 1) == 7 && MRC(15, 0, 10, 2, 0) == prrr, "IFSR and PRRR", "%x %x",
	      MRC(15, 0, 5, 0, 1), MRC(15, 0, 10, 2, 0));
}

/* ---- lockdown ---- */

/* mcr or mcrr TTBR0; ldr pc, [pc, #-4]; str r0, [r1]; ldr pc, [pc, #-4] */
static void put_text(u32 at)
{
	poke(at, mmu_long ? 0xec410f02 : 0xee020f10);
	poke(at + 4, 0xe51ff004);
	poke(at + 8, (u32)form_done);
	poke(at + 12, 0xe5810000);
	poke(at + 16, 0xe51ff004);
	poke(at + 20, (u32)form_done);
	dsb();
	MCR(15, 0, 7, 10, 1, at); /* DCCMVAC */
	dsb();
	MCR(15, 0, 7, 5, 0, 0);
	dsb();
	isb();
}

static void write_from(u32 code, u32 va, struct result *out)
{
	run_at(code, va, SVC, out);
}

static u32 pins[4]; /* TTBR0, TTBR1, TTBCR, SCTLR of the first CPU */
static volatile u32 other_sctlr;

/* What CPU 1 does, its MMU off: nothing but what CPU 0 has will do. */
static void other(u32 cpu)
{
	(void)cpu;
	MCR(15, 0, 2, 0, 2, pins[2]);
	MCR(15, 0, 2, 0, 0, pins[0]);
	MCR(15, 0, 2, 0, 1, pins[1] ^ 0x4000);
	MCR(15, 0, 3, 0, 0, 1);
	MCR(15, 0, 10, 2, 0, mmu_long ? 0xff04 : 0x98aa4);
	MCR(15, 0, 1, 0, 0, pins[3]);
	isb();
	MCR(15, 0, 2, 0, 1, pins[1]);
	MCR(15, 0, 3, 0, 0, 3);
	isb();
	/* DACR has not become 3. */
	MCR(15, 0, 1, 0, 0, pins[3]);
	isb();
	other_sctlr = MRC(15, 0, 1, 0, 0);
	for (;;) /* it leaves the port to CPU 0 */
		;
}

GROUP(lockdown)
{
	u32 text = TEXT | ALIAS, vbar = MRC(15, 0, 12, 0, 0), sctlr, ttbcr, changed, ipa, i = 0;
	const char *size = mmu_long ? "8" : "4";
	bool patch = option_is("patch", "allow");
	struct result out = {0};
	struct regs in = {.cpsr = SVC | MASKED};

	/* Before the kernel has protected itself, all is as it was. */
	put_text(TEXT);
	__asm__ volatile("mrrc p15, 0, %0, %1, c2" : "=r"(in.r[0]), "=r"(in.r[1]));
	run_code(&in, &out, text);
	poke(TEXT + 0x100, 1);
	MCR(15, 0, 3, 0, 0, 3);
	MCR(15, 0, 3, 0, 0, 1);
	MCR(15, 0, 12, 0, 0, vbar + 0x20);
	MCR(15, 0, 12, 0, 0, vbar);

	mmu_read_only(text);
	mmu_section(FIXMAP, TEXT);
	print("expect 1 sysreg w%s allow reg=TTBR0 pc=%x mode=svc by=lockdown\n", size, text);
	run_code(&in, &out, text);
	check(!out.exc, "locked", "exception %u", out.exc);

	sctlr = MRC(15, 0, 1, 0, 0);
	for (; i < 8; i++) {
		static const u8 bits[] = {0, 13, 19, 20, 25, 28, 29, 30};
		u32 value = sctlr ^ 1u << bits[i];

		print("expect 1 sysreg w4 deny reg=SCTLR val=%x old=%x by=lockdown\n", value, sctlr);
		MCR(15, 0, 1, 0, 0, value);
		isb();
		check(MRC(15, 0, 1, 0, 0) == sctlr, "SCTLR bit", "%u: %x", bits[i],
		      MRC(15, 0, 1, 0, 0));
	}
	MCR(15, 0, 1, 0, 0, sctlr ^ 0x800); /* Z */
	isb();
	check(MRC(15, 0, 1, 0, 0) == (sctlr ^ 0x800), "SCTLR.Z", "%x", MRC(15, 0, 1, 0, 0));
	MCR(15, 0, 1, 0, 0, sctlr);
	isb();
	print("expect 1 sysreg w4 deny reg=VBAR val=%x old=%x by=lockdown\n", vbar + 0x20, vbar);
	MCR(15, 0, 12, 0, 0, vbar + 0x20);
	check(MRC(15, 0, 12, 0, 0) == vbar, "VBAR", "%x", MRC(15, 0, 12, 0, 0));
	ttbcr = MRC(15, 0, 2, 0, 2);
	changed = ttbcr ^ (mmu_long ? 0x10000 : 1); /* T1SZ; N */
	print("expect 1 sysreg w4 deny reg=TTBCR val=%x by=lockdown\n", changed);
	MCR(15, 0, 2, 0, 2, changed);
	check(MRC(15, 0, 2, 0, 2) == ttbcr, "TTBCR", "%x", MRC(15, 0, 2, 0, 2));
	changed = ttbcr ^ (mmu_long ? 0x400000 : 0); /* A1, by which Linux keeps PAN */
	MCR(15, 0, 2, 0, 2, changed);
	check(MRC(15, 0, 2, 0, 2) == changed, "TTBCR.A1", "%x", MRC(15, 0, 2, 0, 2));
	MCR(15, 0, 2, 0, 2, ttbcr);
	print("expect 1 sysreg w4 deny reg=TTBR1 val=41000000 by=lockdown\n");
	MCR(15, 0, 2, 0, 1, 0x41000000);
	print("expect 1 sysreg w8 deny reg=TTBR1 val=41000000 by=lockdown\n");
	set_ttbr1(0x41000000);
	check((u32)ttbr1() != 0x41000000, "TTBR1", "-");
	print("expect 1 sysreg w4 deny reg=DACR val=c0000001 old=1 by=lockdown\n");
	MCR(15, 0, 3, 0, 0, 0xc0000001);
	MCR(15, 0, 3, 0, 0, 0x55555555);
	check(MRC(15, 0, 3, 0, 0) == 0x55555555, "DACR", "%x", MRC(15, 0, 3, 0, 0));
	MCR(15, 0, 3, 0, 0, 1);

	/* Text: through another mapping, through a fixmap from elsewhere, from text elsewhere. */
	ipa = TEXT + 0x100;
	print("expect 1 mem w4 deny ipa=%x va=%x by=lockdown\n", ipa, ipa);
	write_from((u32)code_str, ipa, &out);
	check(out.exc == EXC_DATA && peek(ipa) == 1, "text by its alias", "%u %x", out.exc, peek(ipa));
	print("expect 1 mem w4 deny ipa=%x va=%x by=lockdown\n", ipa, FIXMAP + 0x100);
	write_from((u32)code_str, FIXMAP + 0x100, &out);
	check(out.exc == EXC_DATA && peek(ipa) == 1, "text by a fixmap, from elsewhere", "%u %x",
	      out.exc, peek(ipa));
	print("expect 1 mem w4 deny ipa=%x va=%x by=lockdown\n", ipa, ipa);
	write_from(text + 12, ipa, &out);
	check(out.exc == EXC_DATA && peek(ipa) == 1, "text by its alias, from text", "%u %x", out.exc,
	      peek(ipa));
	print("expect 1 mem w4 %s ipa=%x va=%x val=80 by=lockdown\n", patch ? "allow" : "deny", ipa,
	      FIXMAP + 0x100);
	write_from(text + 12, FIXMAP + 0x100, &out);
	check(out.exc == (patch ? EXC_NONE : EXC_DATA) && peek(ipa) == (patch ? 0x80 : 1),
	      "text by a fixmap, from text", "%u %x", out.exc, peek(ipa));
	poke(TEXT - 4, 2);
	poke(TEXT + 0x200000, 3);
	check(peek(TEXT - 4) == 2 && peek(TEXT + 0x200000) == 3, "beside text", "-");

	/* A CPU that comes up. */
	pins[0] = MRC(15, 0, 2, 0, 0);
	pins[1] = MRC(15, 0, 2, 0, 1);
	pins[2] = ttbcr;
	pins[3] = sctlr;
	print("expect 1 sysreg w4 deny reg=SCTLR val=%x c=1 by=lockdown\n", sctlr);
	print("expect 1 sysreg w4 deny reg=DACR val=3 c=1 by=lockdown\n");
	dsb();
	check(cpu_on(1, secondary_arm, other) == 0, "CPU 1", "-");
	while (!other_sctlr)
		;
	check(other_sctlr == sctlr, "CPU 1's MMU", "%x", other_sctlr);
}
