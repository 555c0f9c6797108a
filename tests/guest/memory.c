// SPDX-License-Identifier: BSD-2-Clause
/* Memory that is protected, absent, or the monitor's; and walks into it. */
#include "guest.h"

#define LOG_READ 0x41010000u
#define GUARDED	 0x41020000u
#define LOG_EXEC 0x41040000u /* two pages */
#define TABLES	 0x41090000u /* for the guest's own page tables */

static u32 virt(u32 ipa)
{
	return mmu_on && ipa < ALIAS ? ipa | ALIAS : ipa;
}

static void expect_data(const char *kind, bool write, u32 ipa, const char *why)
{
	print("expect 1 %s %c4 deny ipa=%x va=%x mode=svc%s%s\n", kind, write ? 'w' : 'r', ipa,
	      virt(ipa), *why ? " why=" : "", why);
}

/* A load or store that is to abort: not as a stage 1 fault, but from outside. */
static void data_aborts(const char *name, u32 ipa, bool write)
{
	u32 va = virt(ipa);
	struct result out;

	run_at((u32)(write ? code_str : code_ldr), va, SVC, &out);
	check(out.exc == EXC_DATA && fault_is(out.dfsr, FSR_EXTERNAL, write) && out.dfar == va &&
		      out.pc == (u32)(write ? code_str : code_ldr) + 8,
	      name, "%x %s: exception %u, DFSR %x DFAR %x LR %x", ipa, write ? "w" : "r", out.exc,
	      out.dfsr, out.dfar, out.pc);
}

static void exec_aborts(const char *name, u32 ipa)
{
	u32 va = virt(ipa);
	struct result out;

	run_at((u32)code_bx, va, SVC, &out);
	check(out.exc == EXC_PREFETCH && fault_is(out.ifsr, FSR_EXTERNAL, false) &&
		      out.ifar == va && out.pc == va + 4,
	      name, "%x: exception %u, IFSR %x IFAR %x LR %x", ipa, out.exc, out.ifsr, out.ifar,
	      out.pc);
}

/* ldr pc, [pc, #-4]; .word form_done */
static void put_code(u32 addr)
{
	poke(addr, 0xe51ff004);
	poke(addr + 4, (u32)form_done);
	dsb();
	MCR(15, 0, 7, 10, 1, addr); /* DCCMVAC */
	dsb();
	MCR(15, 0, 7, 5, 0, 0);
	dsb();
	isb();
}

static void runs(const char *name, u32 ipa)
{
	struct result out;

	run_at((u32)code_bx, virt(ipa), SVC, &out);
	check(!out.exc, name, "exception %u IFSR %x", out.exc, out.ifsr);
}

GROUP(memory)
{
	u32 page;

	/* An allowed execution is seen once, and opens its page for good. */
	for (page = LOG_EXEC; page < LOG_EXEC + 0x2000; page += 0x1000) {
		put_code(virt(page + 0x40));
		put_code(virt(page + 0x80));
		print("expect 1 mem x4 allow ipa=%x va=%x pc=%x mode=svc\n", page + 0x40,
		      virt(page + 0x40), virt(page + 0x40));
		runs("logged execution", page + 0x40);
		runs("again", page + 0x40);
		runs("elsewhere on the page", page + 0x80);
	}
	/* Data on it were never stopped. */
	check(peek(virt(LOG_EXEC + 0x40)) == 0xe51ff004, "read of code", "%x",
	      peek(virt(LOG_EXEC + 0x40)));

	/* A page that reads are watched on is watched for execution too. */
	put_code(virt(LOG_READ + 0x40));
	print("expect 1 mem x4 allow ipa=%x va=%x\n", LOG_READ + 0x40, virt(LOG_READ + 0x40));
	/* Once open, the read that goes with it may be or not be seen. */
	runs("execution of a read-watched page", LOG_READ + 0x40);
	print("expect * mem r4 allow ipa=%x val=%x\n", LOG_READ + 0x44, (u32)form_done);

	/* Guarded: reads and execution go through, writes do not. */
	put_code(virt(GUARDED + 0x1000)); /* the page behind is free */
	check(peek(virt(GUARDED)) == peek(virt(GUARDED)), "read of guarded", "differs");
	for (u32 off = 0; off < 0x1000; off += 0xffc) {
		print("expect 1 mem w4 deny ipa=%x va=%x val=80\n", GUARDED + off,
		      virt(GUARDED + off));
		data_aborts("write to guarded", GUARDED + off, true);
	}
	poke(virt(GUARDED - 4), 1);
	poke(virt(GUARDED + 0x1000), 2);
	check(peek(virt(GUARDED - 4)) == 1 && peek(virt(GUARDED + 0x1000)) == 2,
	      "beside guarded", "not written");
}

GROUP(absent)
{
	/* Nothing there; what was taken away; and the monitor itself. */
	static const struct {
		const char *name;
		u32 ipa;
	} places[] = {
		{"hole", 0x0e000000},
		{"fw_cfg", 0x09020000},
		{"fw_cfg selector", 0x09020008},
		{"fw_cfg DMA", 0x09020010},
		{"fw_cfg DMA, low", 0x09020014},
		{"GICH", 0x08030000},
		{"GICH_LR0", 0x08030100},
		{"GICV", 0x08040000},
		{"GICV_IAR", 0x0804000c},
		{"between devices", 0x09050000},
	};
	u32 monitor[] = {memory_end, memory_end + 0x1000, memory_end + 0x8000,
			 memory_end + 0x100000, ram_end - 0x1000, ram_end - 4};

	for (u32 i = 0; i < ARRAY_SIZE(places); i++)
		for (u32 write = 0; write < 2; write++) {
			/* Withheld devices are devices, or nothing at all: either. */
			expect_data("mem", write, places[i].ipa, "absent");
			data_aborts(places[i].name, places[i].ipa, write);
		}
	check(memory_end < ram_end, "monitor's hole", "%x", memory_end);
	for (u32 i = 0; i < ARRAY_SIZE(monitor); i++) {
		for (u32 write = 0; write < 2; write++) {
			expect_data("mem", write, monitor[i], "absent");
			data_aborts("monitor's memory", monitor[i], write);
		}
		if (mmu_on)
			continue;
		print("expect 1 mem x4 deny ipa=%x why=absent\n", monitor[i]);
		exec_aborts("monitor's memory, run", monitor[i]);
	}
	/* The last page before it is the guest's. */
	poke(virt(memory_end - 4), 0x600d);
	check(peek(virt(memory_end - 4)) == 0x600d, "last page", "%x", peek(virt(memory_end - 4)));
	if (mmu_on)
		return; /* devices are XN there, and the alias ends at 2 GiB */
	for (u32 write = 0; write < 2; write++) {
		expect_data("mem", write, ram_end, "absent");
		data_aborts("behind RAM", ram_end, write);
		expect_data("mem", write, 0xfffffffc, "absent");
		data_aborts("the top", 0xfffffffc, write);
	}
	print("expect 1 mem x4 deny ipa=%x why=absent\n", 0x0e000000);
	exec_aborts("hole, run", 0x0e000000);
	print("expect 1 mem x4 deny ipa=%x why=absent\n", ram_end);
	exec_aborts("behind RAM, run", ram_end);
}

#define NO_DEVICE 0x08001000u /* in the GIC's registers, says the tree; but nobody answers */

/* Where the bus aborts, so does the guest, whoever has asked the bus. */
GROUP(external)
{
	for (u32 write = 0; write < 2; write++) {
		expect_data("mmio", write, NO_DEVICE, "");
		data_aborts("watched", NO_DEVICE, write);
		expect_data("mmio", write, NO_DEVICE + 16, "");
		data_aborts("beside it", NO_DEVICE + 16, write);
	}
	for (u32 i = 0; i < 2; i++) {
		struct result out;

		print("expect 1 mmio %c8 deny ipa=%x by=vigil\n", i ? 'w' : 'r', NO_DEVICE + 16 * i);
		run_at((u32)(i ? code_strd : code_ldrd), virt(NO_DEVICE + 16 * i), SVC, &out);
		check(out.exc == EXC_DATA && fault_is(out.dfsr, FSR_EXTERNAL, i) &&
			      out.r[2] == 0x222222a2,
		      "8 bytes", "exception %u DFSR %x r2 %x", out.exc, out.dfsr, out.r[2]);
	}
}

/* A walk into what the walker may not have: read, written and run. */
static void walk(const char *name, u32 table, const char *why, u32 va, u32 shorts, u32 longs)
{
	struct result out;
	u32 ipa = table & ~0xfffu;

	for (u32 write = 0; write < 2; write++) {
		/* Of the page that the walker was at, whatever the entry. */
		print("expect 1 mem r0 deny lo=%x hi=%x va=%x why=%s mode=svc\n", ipa,
		      ipa + 0xfff, va, why);
		run_at((u32)(write ? code_str : code_ldr), va, SVC, &out);
		check(out.exc == EXC_DATA && fault_is(out.dfsr, shorts, longs, write) &&
			      out.dfar == va,
		      name, "data: exception %u DFSR %x DFAR %x", out.exc, out.dfsr, out.dfar);
	}
	print("expect 1 mem r0 deny lo=%x hi=%x va=%x why=%s mode=svc\n", ipa, ipa + 0xfff, va,
	      why);
	run_at((u32)code_bx, va, SVC, &out);
	check(out.exc == EXC_PREFETCH && fault_is(out.ifsr, shorts, longs, false) &&
		      out.ifar == va && out.pc == va + 4,
	      name, "run: exception %u IFSR %x IFAR %x", out.exc, out.ifsr, out.ifar);
}

GROUP(walks)
{
	const u32 va = 0xe0000000;
	/* A last level table: level 2, or 3 in the Long-descriptor format. */
	const u32 shorts = 0x0e, longs = 0x17;
	struct result out;

	mmu_table(va, ram_end - 0x1000);
	walk("walk into the monitor", ram_end - 0x1000, "walk", va, shorts, longs);
	mmu_table(va, memory_end);
	walk("walk into the monitor's start", memory_end, "walk", va, shorts, longs);
	mmu_table(va, 0x0e000000);
	walk("walk into nothing", 0x0e000000, "walk", va, shorts, longs);
	mmu_table(va, 0x09020000);
	walk("walk into fw_cfg", 0x09020000, "walk", va, shorts, longs);

	/* One that is good, on a page that is watched for writes: reads are free. */
	poke(TABLES, mmu_long ? 0x41080000 | 0x747 : 0x41080000 | 0x472);
	poke(TABLES + 4, 0);
	mmu_table(va, TABLES);
	run_at((u32)code_str, va, SVC, &out);
	check(!out.exc && peek(0x41080000) == 0x80, "good walk", "exception %u DFSR %x", out.exc,
	      out.dfsr);

	/* On one whose reads are logged, the walker is stopped all the same. */
	poke(LOG_READ, mmu_long ? 0x41080000 | 0x747 : 0x41080000 | 0x472);
	poke(LOG_READ + 4, 0);
	mmu_table(va, LOG_READ);
	walk("walk into a page watched for reads", LOG_READ, "walk", va, shorts, longs);
	mmu_table(va, TABLES);

	/* The whole upper half by a table base of the monitor's. */
	mmu_ttbr1(ram_end - 0x100000);
	run_at((u32)code_ldr, va, SVC, &out);
	print("expect 1 mem r0 deny lo=%x hi=%x va=%x why=walk\n", ram_end - 0x100000,
	      ram_end - 0xf0000, va);
	check(out.exc == EXC_DATA && out.dfar == va &&
		      (mmu_long ? (out.dfsr & 0x23c) == 0x214 :
				  fault_is(out.dfsr, 0x0c, 0, false)),
	      "TTBR1 into the monitor", "exception %u DFSR %x DFAR %x", out.exc, out.dfsr,
	      out.dfar);
}
