// SPDX-License-Identifier: BSD-2-Clause
/*
 * Would Vigil run on this board? What its device tree says, read with the monitor's own code.
 *
 *	inspect TREE.dtb		a report
 *	inspect --row TREE.dtb	a row of docs/boards.md; nothing for a CPU without Hyp mode
 */
#include "inspect.h"
#include <libfdt.h>

#define TREE_MAX (2 * MIB)
#define SLACK	 (64 * 1024u)

static void __noreturn die(const char *name, const char *what)
{
	fprintf(stderr, "inspect: '%s' %s\n", name, what);
	exit(1);
}

static const void *read_tree(const char *name)
{
	static char tree[TREE_MAX] __aligned(8);
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!file)
		die(name, "cannot be opened");
	size = fread(tree, 1, sizeof(tree), file);
	fclose(file);
	if (fdt_check_full(tree, size))
		die(name, "is not a device tree, or not a whole one");
	return tree;
}

static enum hyp hyp_of(const struct facts *f)
{
	enum hyp hyp = f->kinds ? f->cpu[0].hyp : HYP_UNKNOWN;

	for (u32 i = 1; i < f->kinds; i++)
		if (f->cpu[i].hyp != hyp)
			hyp = HYP_UNKNOWN;
	return hyp;
}

/* How CPUs but the first come to run beneath the monitor; NULL: they do not. */
static const char *secondaries(const struct facts *f)
{
	if (f->cpus < 2)
		return "there are none";
	if (f->psci && f->conduit && strcmp(f->conduit, "smc"))
		return NULL;
	if (f->psci)
		return "by PSCI";
	if (f->platform && f->platform->flags)
		return "by the flags register";
	return NULL;
}

/* The console, if the tree names one, is the port that the platform has. */
static bool uart_fits(const struct facts *f)
{
	return !f->uart.name || f->uart.reg.lo == f->platform->uart_base;
}

/* The verdict: whether it runs, and what is to be done. */
static void verdict(const struct facts *f, char *to, size_t size)
{
	const char *one = secondaries(f) ? "" : "; one CPU, unless the firmware adds PSCI";

	switch (hyp_of(f)) {
	case HYP_NO:
		snprintf(to, size, "no: %s has no Hyp mode", f->cpu[0].compatible);
		return;
	case HYP_V8:
		snprintf(to, size, "not supported: an ARMv8-A core, if it has AArch32 at EL2");
		return;
	case HYP_UNKNOWN:
		snprintf(to, size, "unknown: %s",
			 f->kinds ? "is there Hyp mode on all of its CPUs?"
				  : "the tree names no CPU");
		return;
	case HYP_YES:
		break;
	}
	if (f->stop)
		snprintf(to, size, "no: the boot would stop: %s", f->stop);
	else if (f->gic.name && !f->gic_known && f->gic_regs > 2)
		snprintf(to, size, "not yet: add %s to `gics` in core/devices.c%s",
			 f->gic.compatible, one);
	else if (f->platform && !uart_fits(f))
		snprintf(to, size, "as PLATFORM=%s, with another `uart_base`: the console is %s%s",
			 f->platform->name, f->uart.name, one);
	else if (f->platform)
		snprintf(to, size, "yes, as PLATFORM=%s%s", f->platform->name, one);
	else if (f->driver)
		snprintf(to, size, "with a platform file; the UART's driver is there, %s%s",
			 f->driver, one);
	else if (f->uart.name)
		snprintf(to, size, "with a platform file and a driver for %s%s", f->uart.compatible,
			 one);
	else
		snprintf(to, size, "with a platform file; the tree does not name the console%s",
			 one);
}

static void print_device(const char *what, const struct device *d, const char *more)
{
	printf("%-12s %s, %s", what, d->name, d->compatible);
	if (d->reg.hi)
		printf(", at %08llx", (unsigned long long)d->reg.lo);
	printf("%s\n", more);
}

static void print_regions(const char *what, enum region_type type)
{
	u32 n = 0;

	for (const struct region *r = memmap; r < memmap + memmap_count; r++)
		n += r->type == type;
	printf("%-12s %u ranges\n", what, n);
	for (const struct region *r = memmap; r < memmap + memmap_count; r++)
		if (r->type == type)
			printf("             %08llx-%08llx\n", (unsigned long long)r->lo,
			       (unsigned long long)r->hi);
}

static void print_cpus(const struct facts *f)
{
	static const char *const hyp[] = {"no Hyp mode", "virtualization extensions", "ARMv8-A",
					  "not known here"};

	for (u32 i = 0; i < f->kinds; i++)
		printf("%-12s %u x %s: %s\n", i ? "" : "cpus", f->cpu[i].count,
		       f->cpu[i].compatible, hyp[f->cpu[i].hyp]);
	if (!f->kinds)
		printf("%-12s none in this tree\n", "cpus");
	if (f->cpus > MAX_CPUS)
		printf("             only %u of them will run\n", MAX_CPUS);
	printf("%-12s ", "secondaries");
	if (f->psci)
		printf("PSCI %s by %s", f->psci, f->conduit ? f->conduit : "smc");
	else
		printf("no PSCI in this tree");
	printf(", enable-method %s\n", f->method ? f->method : "not named");
}

static void report(const struct facts *f)
{
	char text[512];

	printf("%-12s %s (%s)\n", "board", f->model ? f->model : "unnamed",
	       f->compatible ? f->compatible : "not compatible with anything");
	print_cpus(f);
	for (u32 i = 0; i < f->banks; i++)
		printf("%-12s %08llx-%08llx\n", i ? "" : "memory",
		       (unsigned long long)f->bank[i].lo, (unsigned long long)f->bank[i].hi);
	if (!f->banks)
		printf("%-12s none in this tree: the firmware fills it in\n", "memory");
	if (f->gic.name)
		print_device("interrupts", &f->gic,
			     f->gic_known && f->gic_regs > 3 ? ", GICv2 with GICH and GICV" : "");
	else
		printf("%-12s no GIC\n", "interrupts");
	printf("%-12s %s\n", "timer", f->timer ? "generic timer" : "none in this tree");
	if (f->uart.name)
		print_device("uart", &f->uart, f->driver ? "" : ", no driver for it here");
	else
		printf("%-12s no stdout-path\n", "uart");
	printf("%-12s %s\n", "platform", f->platform ? f->platform->name : "none of ours");
	print_regions("devices", REGION_DEVICE);
	printf("%-12s %u\n", "masters", f->masters);
	for (u32 i = 0; i < f->masters; i++) {
		const struct device *m = &f->master[i];

		printf("             %s, %s: %s", m->name, m->compatible, m->reach);
		if (m->window.hi > m->window.lo)
			printf(", %08llx-%08llx", (unsigned long long)m->window.lo,
			       (unsigned long long)m->window.hi);
		printf("\n");
	}
	print_regions("withheld", REGION_WITHHELD);
	for (u32 i = 0; i < f->kept; i++)
		printf("             disabled: %s\n", f->kept_name[i]);
	verdict(f, text, sizeof(text));
	printf("%-12s %s\n", "verdict", text);
}

static void row(const struct facts *f, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *second = secondaries(f);
	char text[512];

	if (hyp_of(f) != HYP_YES)
		return;
	verdict(f, text, sizeof(text));
	printf("| %s | %s | ", f->model ? f->model : "unnamed", name);
	for (u32 i = 0; i < f->kinds; i++)
		printf("%s%u %s", i ? ", " : "", f->cpu[i].count,
		       strchr(f->cpu[i].compatible, ',') + 1);
	printf(" | %s | %s | %s | %u | %s |\n", f->gic.name ? f->gic.compatible : "none",
	       f->uart.name ? f->uart.compatible : "not named",
	       second	   ? second
	       : f->method ? f->method
			   : "not named",
	       f->masters, text);
}

int main(int argc, char **argv)
{
	static char buffer[TREE_MAX + SLACK] __aligned(8);
	static struct facts f;
	bool is_row = argc == 3 && !strcmp(argv[1], "--row");

	if (argc != 2 && !is_row) {
		fprintf(stderr, "usage: inspect [--row] TREE.dtb\n");
		return 2;
	}
	inspect_tree(read_tree(argv[argc - 1]), buffer, sizeof(buffer), &f);
	if (is_row)
		row(&f, argv[argc - 1]);
	else
		report(&f);
	return 0;
}
