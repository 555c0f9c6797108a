// SPDX-License-Identifier: BSD-2-Clause
#include "guest.h"

#define UART ((volatile u32 *)0x09000000)

extern u32 entry_regs[5];
extern const struct group groups_start[], groups_end[];

int main(void);
void unexpected_exception(u32 kind, u32 lr, u32 spsr, u32 dfsr, u32 dfar);
void secondary_main(void);
void *memcpy(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);

u32 memory_end, ram_end, cpu_total;
struct mailbox mailbox[CPUS];
static u32 passed, failed;
static const char *bootargs = "";

void *memcpy(void *dst, const void *src, size_t n)
{
	for (u8 *d = dst; n--;)
		*d++ = *(const u8 *)src++;
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	for (u8 *d = dst; n--;)
		*d++ = (u8)c;
	return dst;
}

static void put(char c)
{
	while (UART[6] & 0x20)
		;
	UART[0] = (u8)c;
}

static void put_number(u64 v, u32 base, u32 width)
{
	char digits[20];
	u32 n = 0;

	do {
		u32 d = base == 16 ? v & 15 : (u32)v % 10;

		digits[n++] = "0123456789abcdef"[d];
		v = base == 16 ? v >> 4 : (u32)v / 10;
	} while (v);
	for (; width > n; width--)
		put('0');
	while (n)
		put(digits[--n]);
}

static void vprint(const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		u32 width = 0, longs = 0;

		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + *fmt - '0';
		for (; *fmt == 'l'; fmt++)
			longs++;
		if (*fmt == 's')
			for (const char *s = va_arg(ap, const char *); *s; s++)
				put(*s);
		else if (*fmt == 'c')
			put((char)va_arg(ap, int));
		else
			put_number(longs > 1 ? va_arg(ap, u64) : va_arg(ap, u32),
				   *fmt == 'x' ? 16 : 10, width);
	}
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
}

void check(bool good, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (good) {
		passed++;
		print("ok %s\n", name);
		return;
	}
	failed++;
	print("FAIL %s ", name);
	va_start(ap, fmt);
	vprint(fmt, ap);
	va_end(ap);
	put('\n');
}

void power_off(void)
{
	print("done %u ok %u failed\n", passed, failed);
	smc(PSCI_SYSTEM_OFF, 0, 0, 0);
	print("FAIL still on\n");
	for (;;)
		wfi();
}

void unexpected_exception(u32 kind, u32 lr, u32 spsr, u32 dfsr, u32 dfar)
{
	static const char *const names[] = {"", "undefined instruction", "svc", "prefetch abort",
					    "data abort", "", "irq", "fiq"};

	failed++;
	print("\nFAIL unexpected %s, LR %x SPSR %x DFSR %x DFAR %x\n", names[kind], lr, spsr, dfsr,
	      dfar);
	power_off();
}

static bool starts(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return false;
	return true;
}

/* The value of `key=` among the words of the command line. */
static const char *option_text(const char *key)
{
	for (const char *p = bootargs; *p; p++) {
		const char *q = p;

		if (p != bootargs && p[-1] != ' ')
			continue;
		for (const char *k = key; *k && *q == *k; k++)
			q++;
		if (starts(p, key) && *q == '=')
			return q + 1;
	}
	return NULL;
}

bool option_is(const char *key, const char *value)
{
	const char *p = option_text(key);

	if (!p || !starts(p, value))
		return false;
	while (*value++)
		p++;
	return *p == ' ' || !*p;
}

u32 option(const char *key, u32 fallback)
{
	const char *p = option_text(key);
	u32 v = 0;

	if (!p)
		return fallback;
	for (; *p && *p != ' '; p++)
		v = v * 16 + (*p <= '9' ? *p - '0' : *p - 'a' + 10);
	return v;
}

void fill(void *to, u32 n, u32 seed)
{
	volatile u32 *p = to;

	/* Bytes of either sign, no two alike nearby. */
	for (u32 i = 0; i < n / 4; i++, seed += 0x1f3d5b79)
		p[i] = 0x81726354 ^ seed;
}

void run_at(u32 code, u32 base, u32 mode, struct result *out)
{
	struct regs in = {.cpsr = mode | MASKED};

	for (u32 i = 0; i < 15; i++)
		in.r[i] = 0x11111111 * i + 0x80;
	in.r[1] = base;
	*out = (struct result){0};
	run_code(&in, out, code);
}

bool fault_is(u32 fsr, u32 shorts, u32 longs, bool write)
{
	u32 status = mmu_long ? fsr & 0x23f : (fsr & 0xf) | (fsr >> 6 & 0x10);

	return status == (mmu_long ? 0x200 | longs : shorts) && !(fsr & 0x800) == !write;
}

/* ---- the device tree ---- */

static u32 be(const void *p)
{
	return __builtin_bswap32(*(const u32 *)p);
}

static bool same(const char *a, const char *b)
{
	for (; *a && *a == *b; a++)
		b++;
	return *a == *b;
}

/* bootargs, the end of RAM, and the number of CPUs: all that is needed. */
static void read_tree(const u8 *tree)
{
	const u8 *p = tree + be(tree + 8), *strings = tree + be(tree + 12);
	bool in_memory = false;

	for (;;) {
		u32 token = be(p), len, n = 0;
		const char *name;

		p += 4;
		switch (token) {
		case 1:
			in_memory = starts((const char *)p, "memory@");
			cpu_total += starts((const char *)p, "cpu@");
			while (p[n])
				n++;
			p += (n + 4) & ~3u;
			break;
		case 3:
			len = be(p);
			name = (const char *)strings + be(p + 4);
			p += 8;
			if (same(name, "bootargs"))
				bootargs = (const char *)p;
			/* Two cells each; the monitor's hole is at the end. */
			if (in_memory && same(name, "reg"))
				memory_end = be(p + 4) + be(p + 12);
			p += (len + 3) & ~3u;
			break;
		case 9:
			return;
		}
	}
}

/* ---- other CPUs ---- */

void secondary_main(void)
{
	u32 cpu = MRC(15, 0, 0, 0, 5) & 7;

	if (mailbox[cpu].run)
		mailbox[cpu].run(cpu);
	for (;;)
		smc(0x84000002, 0, 0, 0);
}

u32 cpu_on(u32 cpu, void (*entry)(void), void (*run)(u32 cpu))
{
	mailbox[cpu].here = 0;
	mailbox[cpu].run = run;
	dsb();
	return smc(0x84000003, cpu, (u32)entry, 0xc0ffee00 + cpu);
}

int main(void)
{
	const struct group *g;

	read_tree((const u8 *)entry_regs[2]);
	ram_end = 0x40000000 + (option("mem", 0x400) << 20);
	print("guest: %s\n", bootargs);
	check((entry_regs[3] & 0x1ff) == (SVC | MASKED), "entered in SVC, masked", "CPSR %x",
	      entry_regs[3]);
	check(entry_regs[0] == 0, "entered with r0 = 0", "%x", entry_regs[0]);
	check(!(entry_regs[4] & 5), "entered with MMU and cache off", "SCTLR %x", entry_regs[4]);
	if (starts(bootargs, "none")) {
		passed = 0;
		power_off();
	}
	mmu_init();
	for (g = groups_start; g < groups_end; g++) {
		u32 n = 0;

		while (g->name[n])
			n++;
		if (!starts(bootargs, g->name) || (bootargs[n] && bootargs[n] != ' '))
			continue;
		g->run();
		power_off();
	}
	check(false, "group", "there is no such group of tests");
	power_off();
}
