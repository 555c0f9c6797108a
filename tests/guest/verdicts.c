// SPDX-License-Identifier: BSD-2-Clause
/* What guard's actions do: kill and halt. Also floods, and exclusives. */
#include "guest.h"

#define LOG_WRITE      0x41000000u
#define LOG_READ       0x41010000u
#define GUARDED	       0x41020000u
#define DEVICE	       0x08000440u
#define GUARDED_DEVICE 0x08000480u

static u32 virt(u32 ipa)
{
	return mmu_on ? ipa | ALIAS : ipa;
}

extern void code_thumb_str(void), code_stm(void), code_strex(void), code_ldrex(void);
__asm__(".text\n.syntax unified\n.arm\n"
	"code_stm: stmia r1!, {r3, r4}\n b form_done\n"
	"code_strex: strex r0, r3, [r1]\n b form_done\n"
	"code_ldrex: ldrex r0, [r1]\n b form_done\n"
	".balign 4\n.thumb\n.thumb_func\n"
	"code_thumb_str: str r0, [r1]\n bx pc\n nop\n.balign 4\n.arm\n b form_done\n");

static void killed(const char *name, void (*code)(void), u32 ipa, u32 mode)
{
	u32 at = (u32)code & ~1u, thumb = (u32)code & 1;
	struct result out;

	run_at((u32)code, virt(ipa), mode, &out);
	check(out.exc == EXC_UNDEF && out.pc == at + (thumb ? 2 : 4) && out.r[1] == virt(ipa) &&
		      (out.spsr & 0x3f) == (mode | thumb << 5) && (out.entry & 0xbf) == (UND | 0x80),
	      name, "exception %u LR %x SPSR %x CPSR %x r1 %x", out.exc, out.pc, out.spsr,
	      out.entry, out.r[1]);
}

GROUP(kill)
{
	static const struct {
		const char *name;
		void (*code)(void);
		u32 size;
	} codes[] = {
		{"str", code_str, 4}, {"strb", code_strb, 1}, {"stm", code_stm, 4},
		{"thumb str", code_thumb_str, 4},
	};
	static const u32 ipas[] = {GUARDED_DEVICE, GUARDED};

	for (u32 i = 0; i < ARRAY_SIZE(ipas); i++)
		for (u32 j = 0; j < ARRAY_SIZE(codes); j++)
			for (u32 mode = USR; mode <= SVC; mode += SVC - USR) {
				u32 before = peek(virt(ipas[i]));

				print("expect 1 %s w%u kill ipa=%x by=guard mode=%s\n",
				      i ? "mem" : "mmio", codes[j].size, ipas[i],
				      mode == USR ? "usr" : "svc");
				killed(codes[j].name, codes[j].code, ipas[i], mode);
				check(peek(virt(ipas[i])) == before, "not written", "%x",
				      peek(virt(ipas[i])));
			}
}

static void spin(u32 cpu)
{
	mailbox[cpu].here = 2;
	for (;;)
		__asm__ volatile("");
}

GROUP(halt)
{
	u32 target = option_is("on", "ram") ? GUARDED : GUARDED_DEVICE;

	for (u32 cpu = 1; cpu < cpu_total; cpu++) {
		cpu_on(cpu, secondary_arm, spin);
		while (mailbox[cpu].here != 2)
			;
	}
	poke(target, 0x5a);
	print("going on\n");
}

/* ---- floods ---- */

#define FLOOD	 100000u /* in all */
#define DENIALS	 2000u /* one in so many */

static void flood_from(u32 lane, u32 *allowed, u32 *denied)
{
	u32 count = FLOOD / option("cpus", 1);

	for (u32 i = 0; i < count; i++) {
		/* Distinct from the one before, so that none is a repeat of it. */
		poke(DEVICE + 4 * lane, i & 0xff);
		(*allowed)++;
		if (i % DENIALS == DENIALS - 1) {
			poke(GUARDED_DEVICE + 4 * lane, 0xd0 + *denied % 16);
			(*denied)++;
		}
	}
}

static volatile u32 flooded[CPUS][2];

static void flood_cpu(u32 cpu)
{
	u32 allowed = 0, denied = 0;

	flood_from(cpu, &allowed, &denied);
	flooded[cpu][0] = allowed;
	flooded[cpu][1] = denied;
	dsb();
	mailbox[cpu].here = 3;
}

GROUP(flood)
{
	u32 cpus = option("cpus", 1), allowed = 0, denied = 0;

	for (u32 cpu = 1; cpu < cpus; cpu++)
		check(cpu_on(cpu, secondary_arm, flood_cpu) == 0, "CPU on", "%u", cpu);
	flood_from(0, &allowed, &denied);
	for (u32 cpu = 1; cpu < cpus; cpu++) {
		while (mailbox[cpu].here != 3)
			;
		/* While it goes off it sends from the log: no word until then. */
		while (smc(0x84000004, cpu, 0, 0) != 1)
			;
		allowed += flooded[cpu][0];
		denied += flooded[cpu][1];
	}
	print("flood: %u allowed, %u denied\n", allowed, denied);
	check(true, "flood", "-");
}

/* ---- exclusives ---- */

/* Add 1 with LDREX and STREX of a size. Returns how often that was tried. */
#define ADD_EX(suffix, type)                                                           \
	static u32 add_##suffix(u32 addr)                                              \
	{                                                                              \
		u32 fail, tries = 0, v;                                                \
                                                                                       \
		do {                                                                   \
			__asm__ volatile("ldrex" #suffix " %0, [%1]" : "=&r"(v) : "r"(addr) : "memory"); \
			v++;                                                           \
			__asm__ volatile("strex" #suffix " %0, %1, [%2]"                \
					 : "=&r"(fail)                                 \
					 : "r"((type)v), "r"(addr)                     \
					 : "memory");                                  \
		} while (fail && ++tries < 100);                                       \
		return tries;                                                          \
	}
ADD_EX(, u32)
ADD_EX(h, u16)
ADD_EX(b, u8)

static u32 add_d(u32 addr)
{
	u32 fail, tries = 0;
	u64 v;

	do {
		__asm__ volatile("ldrexd %Q0, %R0, [%1]" : "=&r"(v) : "r"(addr) : "memory");
		v += 0x100000001;
		__asm__ volatile("strexd %0, %Q1, %R1, [%2]"
				 : "=&r"(fail)
				 : "r"(v), "r"(addr)
				 : "memory");
	} while (fail && ++tries < 100);
	return tries;
}

/* Where the load itself traps, the store after it could never succeed: it is refused. */
static void refused(const char *name, const char *kind, u32 ipa)
{
	struct result out;

	print("expect 1 %s r0 deny ipa=%x by=vigil\n", kind, ipa);
	run_at((u32)code_ldrex, virt(ipa), SVC, &out);
	print("%s: ", name);
	check(out.exc == EXC_DATA && fault_is(out.dfsr, FSR_EXTERNAL, false), "ldrex is refused",
	      "exception %u DFSR %x", out.exc, out.dfsr);
}

GROUP(exclusives)
{
	static const struct {
		const char *name;
		u32 (*add)(u32 addr);
		u32 size;
	} adds[] = {
		{"ldrex", add_, 4}, {"ldrexb", add_b, 1}, {"ldrexh", add_h, 2}, {"ldrexd", add_d, 8},
	};
	u32 at = virt(LOG_WRITE), ipa = LOG_WRITE;
	struct result out;

	for (u32 i = 0; i < ARRAY_SIZE(adds); i++) {
		u32 tries, have;

		print("expect 2 mem w4 allow lo=%x hi=%x\n", ipa, ipa + 7);
		poke(at, 0x20 + i);
		poke(at + 4, 0x30);
		tries = adds[i].add(at);
		print("expect 1 mem w%u allow ipa=%x\n", adds[i].size, ipa);
		have = peek(at);
		print("log.write: ");
		check(tries < 10 && have == 0x21 + i, adds[i].name, "%u tries, %x", tries, have);
	}
	/* Without a load-exclusive before it, or with CLREX, it must fail. */
	__asm__ volatile("clrex");
	run_at((u32)code_strex, at, SVC, &out);
	check(!out.exc && out.r[0] == 1, "strex alone fails", "r0 %x exception %u", out.r[0], out.exc);
	/* And with that of another thread's before it, which has its own stack. */
	for (u32 sp = 0x100; sp < 0x400; sp += 0x100) {
		struct regs in = {.cpsr = SVC | MASKED, .r = {[1] = at, [13] = sp}};

		out = (struct result){0};
		run_code(&in, &out, (u32)code_strex);
		check(!out.exc && out.r[0] == 1, "strex of another stack fails",
		      "r0 %x exception %u", out.r[0], out.exc);
	}
	refused("device", "mmio", DEVICE);
	refused("log.read", "mem", LOG_READ);
}
