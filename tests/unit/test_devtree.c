// SPDX-License-Identifier: BSD-2-Clause
/*
 * The device tree: QEMU's and boards' own, and synthetic ones for what is odd. Each edit is
 * seen property by property.
 */
#include <errno.h>
#include <unistd.h>
#include "fake_arch.h"
#include "monitor.h"
#include "core.h"

#include <libfdt.h>

#define TREE_SIZE (512 * 1024u)
#define HOME	  0x7fe00000u

static u8 before[TREE_SIZE] __aligned(8), tree[TREE_SIZE] __aligned(8);
static const struct range nothing = {0, 0};

static int path(const void *fdt, const char *name)
{
	int node = fdt_path_offset(fdt, name);

	if (node < 0)
		fail_msg("%s: %s", name, fdt_strerror(node));
	return node;
}

/* What has changed from a to b, a line each: + - ~ and the path. */
static char changes[64 * 1024u];
static size_t changes_len;

static void changed(const char *how, const char *where, const char *what)
{
	changes_len += format(changes + changes_len, sizeof(changes) - changes_len, "%s%s%s\n", how,
			      where, what);
}

static void compare_properties(const void *a, int na, const void *b, int nb, const char *where)
{
	const char *name;
	int p, len, len_b;

	fdt_for_each_property_offset (p, a, na) {
		const void *value = fdt_getprop_by_offset(a, p, &name, &len);
		const void *other = fdt_getprop(b, nb, name, &len_b);

		if (!other)
			changed("-", where, name);
		else if (len != len_b || memcmp(value, other, (size_t)len))
			changed("~", where, name);
	}
	fdt_for_each_property_offset (p, b, nb)
		if (fdt_getprop_by_offset(b, p, &name, NULL) && !fdt_getprop(a, na, name, NULL))
			changed("+", where, name);
}

/* By the whole name: libfdt takes "timer" for "timer@1000" as well. */
static int same_node(const void *fdt, int parent, const char *name)
{
	int node;

	fdt_for_each_subnode (node, fdt, parent)
		if (!strcmp(fdt_get_name(fdt, node, NULL), name))
			break;
	return node;
}

static void compare_nodes(const void *a, int na, const void *b, int nb, const char *where)
{
	char below[512];
	int node;

	compare_properties(a, na, b, nb, where);
	fdt_for_each_subnode (node, a, na) {
		const char *name = fdt_get_name(a, node, NULL);
		int other = same_node(b, nb, name);

		format(below, sizeof(below), "%s%s/", where, name);
		if (other < 0)
			changed("-", below, "");
		else
			compare_nodes(a, node, b, other, below);
	}
	fdt_for_each_subnode (node, b, nb)
		if (same_node(a, na, fdt_get_name(b, node, NULL)) < 0)
			changed("+", where, fdt_get_name(b, node, NULL));
}

static void compare(const void *a, const void *b)
{
	u64 addr, size, addr_b, size_b;

	changes_len = 0;
	changes[0] = '\0';
	assert_int_equal(fdt_check_full(b, fdt_totalsize(b)), 0);
	compare_nodes(a, 0, b, 0, "/");
	assert_int_equal(fdt_num_mem_rsv(a), fdt_num_mem_rsv(b));
	for (int i = 0; i < fdt_num_mem_rsv(a); i++) {
		fdt_get_mem_rsv(a, i, &addr, &size);
		fdt_get_mem_rsv(b, i, &addr_b, &size_b);
		assert_true(addr == addr_b && size == size_b);
	}
}

/* Synthetic trees */

static void start_tree(u32 address_cells, u32 size_cells)
{
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	fdt_setprop_u32(tree, 0, "#address-cells", address_cells);
	fdt_setprop_u32(tree, 0, "#size-cells", size_cells);
}

static void add_node(const char *parent, const char *name)
{
	assert_true(fdt_add_subnode(tree, path(tree, parent), name) > 0);
}

static void set_text(const char *node, const char *name, const char *text)
{
	assert_int_equal(fdt_setprop_string(tree, path(tree, node), name, text), 0);
}

static void set_cells(const char *node, const char *name, u32 n, const u32 *cells)
{
	int at = path(tree, node);

	fdt_delprop(tree, at, name);
	assert_int_equal(fdt_setprop(tree, at, name, NULL, 0), 0);
	for (u32 i = 0; i < n; i++)
		assert_int_equal(fdt_appendprop_u32(tree, at, name, cells[i]), 0);
}

#define CELLS(node, name, ...) \
	set_cells(node, name, sizeof((u32[]){__VA_ARGS__}) / sizeof(u32), (u32[]){__VA_ARGS__})

/* A node with `reg` and, if it is not NULL, `compatible`. */
#define DEVICE(parent, name, compat, ...)                                           \
	do {                                                                        \
		const char *at_ = strcmp(parent, "/") ? parent "/" name : "/" name; \
		add_node(parent, name);                                             \
		if (compat)                                                         \
			set_text(at_, "compatible", compat);                        \
		CELLS(at_, "reg", __VA_ARGS__);                                     \
	} while (0)

#define MEMORY(name, ...)                                     \
	do {                                                  \
		DEVICE("/", name, (char *)NULL, __VA_ARGS__); \
		set_text("/" name, "device_type", "memory");  \
	} while (0)

static void map_ram(const void *fdt)
{
	struct range bank[MAX_BANKS];

	for (u32 i = devtree_memory(fdt, bank); i-- > 0;)
		memmap_add(bank[i].lo, bank[i].hi, REGION_RAM);
}

static bool devices_in(u64 lo, u64 hi)
{
	for (const struct region *r = memmap; r < memmap + memmap_count; r++)
		if (r->type == REGION_DEVICE && r->lo <= hi && lo <= r->hi)
			return true;
	return false;
}

static void assert_room(u32 size, u32 align, u64 limit, const struct range *avoid, u64 want)
{
	assert_hex((uintptr_t)devtree_room(tree, size, align, limit, avoid), want);
}

/* Memory */

static void banks(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(1, 1);
	assert_int_equal(devtree_memory(tree, bank), 0);
	MEMORY("memory@40000000", 0x40000000, 0x10000000, 0x80000000, 0x1000);
	MEMORY("memory@60000000", 0x60000800, 0x2000);
	MEMORY("memory@70000000", 0x70000001, 0x1ffe); /* not one whole page */
	MEMORY("memory@a0000000", 0xa0000000, 0x1000);
	set_text("/memory@a0000000", "status", "disabled");
	add_node("/", "not-memory");
	CELLS("/not-memory", "reg", 0xb0000000, 0x1000);
	assert_int_equal(devtree_memory(tree, bank), 3);
	/* Whichever their order. */
	for (u32 i = 0; i < 3; i++)
		memmap_add(bank[i].lo, bank[i].hi, REGION_RAM);
	assert_int_equal(memmap_count, 3);
	assert_true(memmap_within(0x40000000, 0x4fffffff, REGION_RAM));
	assert_true(memmap_within(0x60001000, 0x60001fff, REGION_RAM));
	assert_hex(memmap[1].hi, 0x60001fff);
	assert_true(memmap_within(0x80000000, 0x80000fff, REGION_RAM));
}

static void large_banks(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(2, 2);
	MEMORY("memory@0", 0, 0, 0, 0x80000000, 8, 0, 1, 0);
	assert_int_equal(devtree_memory(tree, bank), 2);
	map_ram(tree);
	assert_true(memmap_within(0, 0x7fffffff, REGION_RAM));
	assert_true(memmap_within(0x800000000, 0x8ffffffff, REGION_RAM));
	assert_int_equal(memmap_count, 2);
}

/* U-Boot fills in what is there; a `reg` of nothing is a placeholder. */
static void empty_memory(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(1, 1);
	MEMORY("memory", 0, 0);
	assert_int_equal(devtree_memory(tree, bank), 0);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0);
}

static void too_many_banks(void **state)
{
	struct range bank[MAX_BANKS];
	char name[24];

	(void)state;
	start_tree(1, 1);
	for (u32 i = 0; i < MAX_BANKS; i++) {
		u32 reg[] = {0x40000000 + i * 0x100000, 0x80000};

		format(name, sizeof(name), "memory@%x", reg[0]);
		add_node("/", name);
		format(name, sizeof(name), "/memory@%x", reg[0]);
		set_cells(name, "reg", 2, reg);
		set_text(name, "device_type", "memory");
	}
	assert_int_equal(devtree_memory(tree, bank), MAX_BANKS);
	MEMORY("memory@80000000", 0x80000000, 0x1000);
	assert_stops(devtree_memory(tree, bank),
		     "the device tree has more than 16 banks of memory");
}

/* Room */

static void rooms(void **state)
{
	struct range avoid = {0x7fe00000, 0x7fe00fff};

	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7fe00000);
	assert_room(0x1000, 0x1000, BITLL(32), &nothing, 0x7ffff000);
	assert_room(0x200000, 0x200000, 0x7ff00000, &nothing, 0x7fc00000);
	assert_room(0x200000, 0x200000, BITLL(32), &avoid, 0x7fc00000);
	assert_room(0x40000000, 0x200000, BITLL(32), &nothing, 0x40000000);
	assert_room(0x40000000, 0x200000, BITLL(32), &avoid, 0);
	assert_room(0x40001000, 0x1000, BITLL(32), &nothing, 0);
	assert_room(0x1000, 0x1000, 0x40000000, &nothing, 0);
	assert_room(0x1000, 0x1000, 0x40001000, &nothing, 0x40000000);
}

static void rooms_beside_what_is_in_use(void **state)
{
	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	fdt_add_mem_rsv(tree, 0x7fff0000, 0x10000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7fc00000);
	add_node("/", "reserved-memory");
	CELLS("/reserved-memory", "#address-cells", 1);
	CELLS("/reserved-memory", "#size-cells", 1);
	DEVICE("/reserved-memory", "a@7fd00000", (char *)NULL, 0x7fd00000, 0x1000, 0x7fa00000, 1);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f800000);
	/* With a size only, it is Linux' to place. */
	add_node("/reserved-memory", "pool");
	CELLS("/reserved-memory/pool", "size", 0x10000000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f800000);
	add_node("/", "chosen");
	CELLS("/chosen", "linux,initrd-start", 0x7f900000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f800000);
	CELLS("/chosen", "linux,initrd-end", 0x7f900001);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f600000);
	CELLS("/chosen", "#address-cells", 1);
	CELLS("/chosen", "#size-cells", 1);
	DEVICE("/chosen", "module@7f700000", "multiboot,kernel", 0x7f600000, 0x1000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f400000);
	/* What lies low takes nothing from what lies high. */
	fdt_add_mem_rsv(tree, 0x40000000, 0x10000);
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0x7f400000);
	assert_room(0x3f400000, 0x200000, BITLL(32), &nothing, 0x40200000);
	assert_room(0x3f600000, 0x200000, BITLL(32), &nothing, 0);
}

/* The tree is where the host has it: that is in use as well. */
static void room_beside_the_tree(void **state)
{
	u64 lo = ALIGN_DOWN((u64)(uintptr_t)tree, 0x100000), end = (u64)(uintptr_t)tree + TREE_SIZE;
	u32 size = 4 * MIB; /* wherever the tree is, most of the room is above it */

	(void)state;
	start_tree(1, 1);
	DEVICE("/", "memory@0", (char *)NULL, (u32)lo, size);
	set_text("/memory@0", "device_type", "memory");
	assert_room((u32)(lo + size - ALIGN_UP(end, PAGE_SIZE)), PAGE_SIZE, BITLL(32), &nothing,
		    ALIGN_UP(end, PAGE_SIZE));
	assert_room((u32)(lo + size - ALIGN_UP(end, PAGE_SIZE)) + PAGE_SIZE, PAGE_SIZE, BITLL(32),
		    &nothing, 0);
}

static void rooms_in_banks(void **state)
{
	struct range avoid = {0x90000000, 0x9fffffff};

	(void)state;
	start_tree(2, 2);
	MEMORY("memory@40000000", 0, 0x40000000, 0, 0x10000000, 0, 0x90000000, 0, 0x10000000);
	MEMORY("memory@f0000000", 0, 0xf0000000, 0, 0x20000000, 8, 0, 1, 0);
	/* Up to 4 GiB of a bank that goes beyond. */
	assert_room(0x200000, 0x200000, BITLL(32), &nothing, 0xffe00000);
	assert_room(0x200000, 0x200000, 0xf0100000, &nothing, 0x9fe00000);
	assert_room(0x200000, 0x200000, 0xf0100000, &avoid, 0x4fe00000);
	assert_room(0x200000, 0x200000, BITLL(40), &nothing, 0x8ffe00000);
}

/* However much is in use, the room between is found. */
static void much_in_use(void **state)
{
	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	for (u32 i = 0; i < 500; i++)
		fdt_add_mem_rsv(tree, 0x7fffe000 - i * 0x2000, 0x1000);
	assert_room(0x1000, 0x1000, BITLL(32), &nothing, 0x7ffff000);
	assert_room(0x2000, 0x1000, BITLL(32), &nothing, 0x7fc16000);
}

/* Any arrangement, next to trying each place from the top. */
static void random_rooms(void **state)
{
	enum { UNIT = 0x10000, UNITS = 256 };

	(void)state;
	for (u32 round = 0; round < 1500; round++) {
		bool free[UNITS] = {false};
		struct range avoid;
		u32 reg[8], banks = 1 + fake_random_below(3), size, align, limit, want = 0;

		start_tree(1, 1);
		for (u32 i = 0; i < banks; i++) {
			u32 lo = fake_random_below(UNITS), n = 1 + fake_random_below(UNITS - lo);

			reg[2 * i] = 0x50000000 + lo * UNIT;
			reg[2 * i + 1] = n * UNIT;
			for (u32 j = lo; j < lo + n; j++)
				free[j] = true;
			/* Banks that touch are two places, not one. */
			banks = i ? banks : 1;
		}
		add_node("/", "memory@0");
		set_text("/memory@0", "device_type", "memory");
		set_cells("/memory@0", "reg", 2 * banks, reg);
		for (u32 i = fake_random_below(12); i-- > 0;) {
			u32 lo = fake_random_below(UNITS),
			    n = 1 + fake_random_below(MIN(6u, UNITS - lo));

			fdt_add_mem_rsv(tree, 0x50000000 + lo * UNIT,
					n * UNIT - fake_random_below(2));
			for (u32 j = lo; j < lo + n; j++)
				free[j] = false;
		}
		avoid.lo = 0x50000000 + fake_random_below(UNITS) * UNIT;
		avoid.hi = avoid.lo + UNIT - 1;
		free[(avoid.lo - 0x50000000) / UNIT] = false;
		size = 1 + fake_random_below(20);
		align = 1u << fake_random_below(6);
		limit = fake_random_below(UNITS + 1);
		for (u32 lo = 0; lo + size <= limit; lo++) {
			u32 n = 0;

			while (n < size && free[lo + n])
				n++;
			if (n == size && lo % align == 0)
				want = 0x50000000 + lo * UNIT;
		}
		assert_room(size * UNIT, align * UNIT, 0x50000000 + limit * UNIT, &avoid, want);
	}
}

/* CPUs and firmware */

static void add_cpus(void)
{
	add_node("/", "cpus");
	CELLS("/cpus", "#address-cells", 1);
	CELLS("/cpus", "#size-cells", 0);
	add_node("/cpus", "cpu-map");
	DEVICE("/cpus", "cpu@101", (char *)NULL, 0x101);
	set_text("/cpus/cpu@101", "device_type", "cpu");
	DEVICE("/cpus", "cpu@0", (char *)NULL, 0);
	set_text("/cpus/cpu@0", "device_type", "cpu");
	DEVICE("/cpus", "idle", (char *)NULL, 7);
}

static void no_firmware(void)
{
	assert_false(firmware.fixed);
	assert_int_equal(firmware.on | firmware.off | firmware.suspend, 0);
}

static void cpus_and_no_firmware(void **state)
{
	(void)state;
	start_tree(1, 1);
	devtree_cpus(tree);
	assert_int_equal(fake.cpus, 0); /* for which arch_start_guest() stops */
	add_cpus();
	devtree_cpus(tree);
	assert_int_equal(fake.cpus, 2);
	assert_true(fake.mpidr[0] + fake.mpidr[1] == 0x101);
	no_firmware();
}

static void psci_0_1(void **state)
{
	(void)state;
	start_tree(1, 1);
	add_cpus();
	add_node("/", "psci");
	set_text("/psci", "compatible", "arm,psci");
	CELLS("/psci", "cpu_on", 0x95c10002);
	CELLS("/psci", "cpu_off", 0x95c10001);
	devtree_cpus(tree);
	assert_false(firmware.fixed);
	assert_hex(firmware.on, 0x95c10002);
	assert_hex(firmware.off, 0x95c10001);
	assert_hex(firmware.suspend, 0);
}

static void psci_0_2(void **state)
{
	static const char both[] = "arm,psci-0.2\0arm,psci";

	(void)state;
	start_tree(1, 1);
	add_cpus();
	add_node("/", "psci");
	fdt_setprop(tree, path(tree, "/psci"), "compatible", both, sizeof(both));
	CELLS("/psci", "cpu_on", 0x95c10002);
	devtree_cpus(tree);
	assert_true(firmware.fixed);
	assert_hex(firmware.on, 3);
	firmware.fixed = false;
	set_text("/psci", "compatible", "arm,psci-1.0");
	devtree_cpus(tree);
	assert_true(firmware.fixed);
}

/* Devices */

static void devices_through_buses(void **state)
{
	(void)state;
	start_tree(1, 1);
	DEVICE("/", "uart@1000", (char *)NULL, 0x1000, 0x100, 0x2000, 0x200);
	add_node("/", "bus");
	CELLS("/bus", "#address-cells", 2);
	CELLS("/bus", "#size-cells", 1);
	/* Chip selects, as vexpress has them. */
	CELLS("/bus", "ranges", 0, 0, 0x8000000, 0x4000000, 3, 0, 0x1c000000, 0x4000000);
	DEVICE("/bus", "flash", (char *)NULL, 0, 0x1000, 0x1000);
	DEVICE("/bus", "beyond", (char *)NULL, 1, 0x1000, 0x1000);
	add_node("/bus", "fpga");
	CELLS("/bus/fpga", "#address-cells", 1);
	CELLS("/bus/fpga", "#size-cells", 1);
	CELLS("/bus/fpga", "ranges", 0, 3, 0, 0x200000);
	DEVICE("/bus/fpga", "uart@90000", (char *)NULL, 0x90000, 0x1000);
	DEVICE("/bus/fpga", "outside", (char *)NULL, 0x200000, 0x1000);
	add_node("/bus/fpga", "same");
	CELLS("/bus/fpga/same", "#address-cells", 1);
	CELLS("/bus/fpga/same", "#size-cells", 1);
	set_cells("/bus/fpga/same", "ranges", 0, NULL);
	DEVICE("/bus/fpga/same", "i@a0000", (char *)NULL, 0xa0000, 0x1000);
	add_node("/bus/fpga/same", "i2c");
	CELLS("/bus/fpga/same/i2c", "#address-cells", 1);
	CELLS("/bus/fpga/same/i2c", "#size-cells", 0);
	DEVICE("/bus/fpga/same/i2c", "chip@50", (char *)NULL, 0x50);
	devtree_devices(tree);
	assert_true(memmap_within(0x1000, 0x10ff, REGION_DEVICE));
	assert_true(memmap_within(0x2000, 0x21ff, REGION_DEVICE));
	assert_true(memmap_within(0x8001000, 0x8001fff, REGION_DEVICE));
	assert_true(memmap_within(0x1c090000, 0x1c090fff, REGION_DEVICE));
	assert_true(memmap_within(0x1c0a0000, 0x1c0a0fff, REGION_DEVICE));
	assert_int_equal(memmap_count, 5);
	assert_string_equal(dma_masters, "");
}

/* Not translated by its parent: not an address of the CPU's. */
static void no_ranges(void **state)
{
	(void)state;
	start_tree(1, 1);
	add_node("/", "bus");
	CELLS("/bus", "#address-cells", 1);
	CELLS("/bus", "#size-cells", 1);
	DEVICE("/bus", "chip@1000", (char *)NULL, 0x1000, 0x1000);
	add_node("/bus", "sub");
	CELLS("/bus/sub", "#address-cells", 1);
	CELLS("/bus/sub", "#size-cells", 1);
	set_cells("/bus/sub", "ranges", 0, NULL);
	DEVICE("/bus/sub", "chip@3000", (char *)NULL, 0x3000, 0x1000);
	devtree_devices(tree);
	assert_int_equal(memmap_count, 0);
}

static void disabled_devices(void **state)
{
	(void)state;
	start_tree(1, 1);
	DEVICE("/", "a@1000", (char *)NULL, 0x1000, 0x1000);
	set_text("/a@1000", "status", "disabled");
	DEVICE("/", "b@3000", (char *)NULL, 0x3000, 0x1000);
	set_text("/b@3000", "status", "okay");
	DEVICE("/", "c@5000", (char *)NULL, 0x5000, 0x1000);
	set_text("/c@5000", "status", "ok");
	DEVICE("/", "d@7000", (char *)NULL, 0x7000, 0x1000);
	set_text("/d@7000", "status", "reserved");
	add_node("/", "bus");
	set_text("/bus", "status", "disabled");
	CELLS("/bus", "#address-cells", 1);
	CELLS("/bus", "#size-cells", 1);
	set_cells("/bus", "ranges", 0, NULL);
	DEVICE("/bus", "e@9000", (char *)NULL, 0x9000, 0x1000);
	set_text("/bus/e@9000", "status", "okay");
	memcpy(before, tree, sizeof(tree));
	devtree_devices(tree);
	assert_int_equal(memmap_count, 2);
	assert_true(memmap_within(0x3000, 0x3fff, REGION_DEVICE));
	assert_true(memmap_within(0x5000, 0x5fff, REGION_DEVICE));
	compare(before, tree);
	assert_string_equal(changes, "");
}

/* Entries of `reg` that name nothing do not hide those behind. */
static void empty_entries(void **state)
{
	(void)state;
	start_tree(1, 1);
	DEVICE("/", "a@1000", (char *)NULL, 0x1000, 0x1000, 0, 0, 0x3000, 0x1000);
	DEVICE("/", "b@5000", (char *)NULL, 0x5000, 0, 0x7000, 0x1000);
	devtree_devices(tree);
	assert_true(memmap_within(0x1000, 0x1fff, REGION_DEVICE));
	assert_true(memmap_within(0x3000, 0x3fff, REGION_DEVICE));
	assert_true(memmap_within(0x7000, 0x7fff, REGION_DEVICE));
	assert_int_equal(memmap_count, 3);
}

static void broken_reg(void **state)
{
	(void)state;
	start_tree(1, 1);
	DEVICE("/", "a@1000", (char *)NULL, 0x1000);
	DEVICE("/", "b@3000", (char *)NULL, 0x3000, 0x1000, 0x5000);
	add_node("/", "c");
	set_cells("/c", "reg", 0, NULL);
	DEVICE("/", "d@f0000000", (char *)NULL, 0xf0000000, 0x10000000);
	devtree_devices(tree);
	assert_int_equal(memmap_count, 2);
	assert_true(memmap_within(0x3000, 0x3fff, REGION_DEVICE));
	assert_true(memmap_within(0xf0000000, 0xffffffff, REGION_DEVICE));
}

static void gic(void **state)
{
	(void)state;
	start_tree(1, 1);
	DEVICE("/", "intc@1000", "arm,gic-400", 0x1000, 0x1000, 0x2000, 0x2000, 0x4000, 0x2000,
	       0x6000, 0x2000);
	/* GICv1 has no more than two. */
	DEVICE("/", "intc@11000", "arm,cortex-a9-gic", 0x11000, 0x1000, 0x12000, 0x1000, 0x13000,
	       0x1000);
	memcpy(before, tree, sizeof(tree));
	devtree_devices(tree);
	assert_true(memmap_within(0x1000, 0x3fff, REGION_DEVICE));
	assert_true(memmap_within(0x4000, 0x7fff, REGION_WITHHELD));
	assert_true(memmap_within(0x11000, 0x13fff, REGION_DEVICE));
	compare(before, tree);
	assert_string_equal(changes, "");
}

static void pci_windows(void **state)
{
	(void)state;
	start_tree(2, 2);
	DEVICE("/", "pcie@10000000", "pci-host-ecam-generic", 0x40, 0x10000000, 0, 0x10000000);
	set_text("/pcie@10000000", "device_type", "pci");
	CELLS("/pcie@10000000", "#address-cells", 3);
	CELLS("/pcie@10000000", "#size-cells", 2);
	CELLS("/pcie@10000000", "ranges", 0x1000000, 0, 0, 0, 0x3eff0000, 0, 0x10000, 0x2000000, 0,
	      0x10000000, 0, 0x10000000, 0, 0x2eff0000, 0x3000000, 0x80, 0, 0x80, 0, 0x80, 0);
	add_node("/pcie@10000000", "card");
	CELLS("/pcie@10000000/card", "reg", 0, 0, 0, 0, 0);
	devtree_devices(tree);
	assert_int_equal(memmap_count, 3);
	assert_true(memmap_within(0x10000000, 0x3effffff, REGION_DEVICE));
	assert_true(memmap_within(0x4010000000, 0x401fffffff, REGION_DEVICE));
	assert_true(memmap_within(0x8000000000, 0xffffffffff, REGION_DEVICE));
	assert_string_equal(dma_masters, "pcie@10000000");
}

static void add_masters(void)
{
	start_tree(1, 1);
	DEVICE("/", "virtio@1000", "virtio,mmio", 0x1000, 0x200);
	DEVICE("/", "ethernet@3000", "a,mac", 0x3000, 0x1000);
	set_text("/ethernet@3000", "phy-mode", "rgmii");
	DEVICE("/", "uart@5000", "a,uart", 0x5000, 0x1000);
	DEVICE("/", "fw@7000", "qemu,fw-cfg-mmio", 0x7000, 0x18);
	add_node("/", "soc");
	CELLS("/soc", "#address-cells", 1);
	CELLS("/soc", "#size-cells", 1);
	set_cells("/soc", "ranges", 0, NULL);
	DEVICE("/soc", "dma@9000", "a,dma", 0x9000, 0x1000);
	CELLS("/soc/dma@9000", "#dma-cells", 1);
	DEVICE("/soc", "usb@b000", "a,usb", 0xb000, 0x1000);
	memcpy(before, tree, sizeof(tree));
}

static void masters_are_named(void **state)
{
	(void)state;
	add_masters();
	devtree_devices(tree);
	assert_null(strstr(dma_masters, "uart"));
	assert_null(strstr(dma_masters, "fw@"));
	assert_non_null(strstr(dma_masters, "virtio@1000"));
	assert_non_null(strstr(dma_masters, "ethernet@3000"));
	assert_non_null(strstr(dma_masters, "dma@9000"));
	assert_int_equal(strlen(dma_masters), strlen("virtio@1000,ethernet@3000,dma@9000"));
	/* What the platform withholds it does always. */
	assert_true(memmap_within(0x7000, 0x7017, REGION_WITHHELD));
	compare(before, tree);
	assert_string_equal(changes, "+/fw@7000/status\n");
	assert_string_equal(fdt_getprop(tree, path(tree, "/fw@7000"), "status", NULL), "disabled");
}

static void withhold_dma(void **state)
{
	(void)state;
	add_masters();
	option_withhold = "dma";
	devtree_devices(tree);
	assert_string_equal(dma_masters, "");
	assert_true(memmap_within(0x1000, 0x11ff, REGION_WITHHELD));
	assert_true(memmap_within(0x3000, 0x3fff, REGION_WITHHELD));
	assert_true(memmap_within(0x5000, 0x5fff, REGION_DEVICE));
	assert_true(memmap_within(0x9000, 0x9fff, REGION_WITHHELD));
	assert_true(memmap_within(0xb000, 0xbfff, REGION_DEVICE));
	compare(before, tree);
	assert_int_equal(strlen(changes),
			 strlen("+/fw@7000/status\n+/virtio@1000/status\n"
				"+/ethernet@3000/status\n+/soc/dma@9000/status\n"));
	assert_string_equal(fdt_getprop(tree, path(tree, "/soc/dma@9000"), "status", NULL),
			    "disabled");
}

static void withhold_by_name(void **state)
{
	(void)state;
	add_masters();
	option_withhold = "usb,uart@5000,ether,,virtio@2000";
	devtree_devices(tree);
	assert_true(memmap_within(0xb000, 0xbfff, REGION_WITHHELD));
	assert_true(memmap_within(0x5000, 0x5fff, REGION_WITHHELD));
	/* Half a name is none, and neither is another address. */
	assert_true(memmap_within(0x3000, 0x3fff, REGION_DEVICE));
	assert_true(memmap_within(0x1000, 0x11ff, REGION_DEVICE));
}

/* A bus takes along all that is beneath. */
static void withhold_a_bus(void **state)
{
	(void)state;
	add_masters();
	option_withhold = "soc";
	devtree_devices(tree);
	assert_false(devices_in(0x9000, 0xbfff));
	compare(before, tree);
	assert_non_null(strstr(changes, "+/soc/status\n"));
	assert_null(strstr(dma_masters, "dma@9000"));
}

/* A port for the log alone */

static void add_ports(void)
{
	start_tree(1, 1);
	DEVICE("/", "flash@0", "a,flash", 0, 0x1000);
	DEVICE("/", "rtc@8000000", "a,rtc", 0x8000000, 0x1000);
	add_node("/", "soc");
	CELLS("/soc", "#address-cells", 1);
	CELLS("/soc", "#size-cells", 1);
	CELLS("/soc", "ranges", 0, 0x9000000, 0x100000);
	/* A subnode is put in front of those that are there. */
	DEVICE("/soc", "uart@400", "a,uart", 0x400, 0x400);
	DEVICE("/soc", "uart@800", "a,uart", 0x800, 0x400);
	set_text("/soc/uart@800", "status", "disabled");
	DEVICE("/soc", "uart@0", "a,uart", 0, 0x400);
	fdt_setprop(tree, path(tree, "/soc/uart@0"), "compatible", "a,uart\0a,cell", 14);
	DEVICE("/soc", "uart@2000", "a,uart", 0x2000, 0x400, 0x3000, 0x1000);
	DEVICE("/soc", "other@4000", "a,other-uart", 0x4000, 0x1000);
	fdt_setprop(tree, path(tree, "/soc/other@4000"), "compatible", "b,uart\0a,uart", 14);
	add_node("/soc", "nameless@5000");
	CELLS("/soc/nameless@5000", "reg", 0x5000, 0x1000);
	memcpy(before, tree, sizeof(tree));
	assert_hex(platform.uart_base, 0x9000000);
}

static void log_port(void **state)
{
	add_ports();
	devtree_devices(tree);
	compare(before, tree);
	assert_string_equal(changes, "");
	/* In front of the board's own port in the tree; all of its registers. */
	fake_reset(state);
	option_log = 0x9002000;
	devtree_devices(tree);
	compare(before, tree);
	assert_string_equal(changes, "+/soc/uart@2000/status\n");
	assert_string_equal(fdt_getprop(tree, path(tree, "/soc/uart@2000"), "status", NULL),
			    "disabled");
	assert_true(memmap_within(0x9002000, 0x90023ff, REGION_WITHHELD));
	assert_true(memmap_within(0x9003000, 0x9003fff, REGION_WITHHELD));
	/* Behind it, and in one page with it, of which the board's port has the rest. */
	fake_reset(state);
	add_ports();
	option_log = 0x9000400;
	devtree_devices(tree);
	compare(before, tree);
	assert_string_equal(changes, "+/soc/uart@400/status\n");
	assert_true(memmap_within(0x9000000, 0x90003ff, REGION_DEVICE));
	assert_true(memmap_within(0x9000400, 0x90007ff, REGION_WITHHELD));
	assert_int_equal(memmap_type(0x9000800), REGION_NONE);
}

/* The board's own port may be withheld at the same time. */
static void log_port_alone(void **state)
{
	(void)state;
	add_ports();
	option_log = 0x9002000;
	option_withhold = "uart";
	devtree_devices(tree);
	assert_false(devices_in(0x9000000, 0x9003fff));
	assert_true(devices_in(0x9004000, 0x9004fff));
}

static void bad_log_ports(void **state)
{
	static const struct {
		u32 at;
		const char *what;
	} bad[] = {
		{0x9000000, "a,uart"},		  /* the board's own */
		{0x9000800, "no enabled device"}, /* it is disabled */
		{0x9003000, "no enabled device"}, /* in the midst of one */
		{0x9000404, "no enabled device"},
		{0x2000, "no enabled device"}, /* the bus has it elsewhere */
		{0xfffffffc, "no enabled device"},
		{0x8000000, "a,rtc"},
		{0x9004000, "b,uart"},
		{0x9005000, "unnamed"},
	};
	char want[128];

	for (u32 i = 0; i < ARRAY_SIZE(bad); i++) {
		fake_reset(state);
		add_ports();
		option_log = bad[i].at;
		format(want, sizeof(want),
		       "vigil: stop: log=%08x is %s: it must be another port of the board's "
		       "kind\r\n",
		       bad[i].at, bad[i].what);
		assert_int_equal(ENDS(devtree_devices(tree)), PARKED);
		assert_string_equal(fake.text, want);
	}
	/* The tree has not got the board's own. */
	fake_reset(state);
	add_ports();
	set_text("/soc/uart@0", "status", "disabled");
	option_log = 0x9002000;
	assert_stops(devtree_devices(tree),
		     "log=09002000 is a,uart: it must be another port of the board's kind");
}

/* A device over RAM's page is not RAM's; RAM wins over a device's. */
static void overlaps(void **state)
{
	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x10000000);
	DEVICE("/", "shm@48000000", "a,shm", 0x48000000, 0x1000);
	DEVICE("/", "fw@49000000", "qemu,fw-cfg-mmio", 0x49000000, 0x1000);
	map_ram(tree);
	devtree_devices(tree);
	assert_true(memmap_within(0x48000000, 0x48000fff, REGION_RAM));
	assert_true(memmap_within(0x49000000, 0x49000fff, REGION_WITHHELD));
}

/* The edits */

static void edit(const struct range *ramdisk)
{
	memcpy(before, tree, sizeof(tree));
	devtree_edit(tree, ramdisk);
	compare(before, tree);
}

static void edit_memory(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(1, 1);
	add_node("/", "chosen");
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	map_ram(tree);
	memmap_add(0x60000000, 0x601fffff, REGION_MONITOR);
	edit(&nothing);
	assert_string_equal(changes, "~/memory@40000000/reg\n");
	assert_int_equal(devtree_memory(tree, bank), 2);
	assert_hex(bank[0].lo, 0x40000000);
	assert_hex(bank[0].hi, 0x5fffffff);
	assert_hex(bank[1].lo, 0x60200000);
	assert_hex(bank[1].hi, 0x7fffffff);
}

/* As on Raspberry Pis, Armadas and others. */
static void edit_memory_at_zero(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(1, 1);
	add_node("/", "chosen");
	MEMORY("memory@0", 0, 0x20000000);
	map_ram(tree);
	memmap_add(0x1fe00000, 0x1fffffff, REGION_MONITOR);
	edit(&nothing);
	assert_string_equal(changes, "~/memory@0/reg\n");
	assert_int_equal(devtree_memory(tree, bank), 1);
	assert_hex(bank[0].lo, 0);
	assert_hex(bank[0].hi, 0x1fdfffff);
}

/* Up to the last byte that one cell can name. */
static void edit_memory_to_the_end(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(1, 1);
	add_node("/", "chosen");
	MEMORY("memory@c0000000", 0xc0000000, 0x40000000);
	map_ram(tree);
	memmap_add(0xd0000000, 0xd01fffff, REGION_MONITOR);
	edit(&nothing);
	assert_int_equal(devtree_memory(tree, bank), 2);
	assert_hex(bank[1].lo, 0xd0200000);
	assert_hex(bank[1].hi, 0xffffffff);
}

static void edit_two_memory_nodes(void **state)
{
	struct range bank[MAX_BANKS];

	(void)state;
	start_tree(2, 2);
	add_node("/", "chosen");
	MEMORY("memory@880000000", 8, 0x80000000, 0, 0x80000000);
	MEMORY("memory@40000000", 0, 0x40000000, 0, 0x40000000);
	map_ram(tree);
	memmap_add(0x7fe00000, 0x7fffffff, REGION_MONITOR);
	edit(&nothing);
	assert_int_equal(devtree_memory(tree, bank), 2);
	assert_hex(bank[0].lo, 0x40000000);
	assert_hex(bank[0].hi, 0x7fdfffff);
	assert_hex(bank[1].lo, 0x880000000);
	assert_hex(bank[1].hi, 0x8ffffffff);
	/* One of both has it all, the other nothing. */
	assert_int_equal(strlen(changes),
			 strlen("~/memory@40000000/reg\n-/memory@880000000/reg\n"));
	assert_true(strchr(changes, '~') && strchr(changes, '-') && !strchr(changes, '+'));
}

static void edit_chosen(void **state)
{
	struct range ramdisk = {0x48000000, 0x48123456};
	u32 want;

	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	map_ram(tree);
	add_node("/", "chosen");
	set_text("/chosen", "bootargs", "console=ttyAMA0 quiet");
	set_text("/chosen", "vigil,options", "mode=monitor");
	CELLS("/chosen", "vigil,key", 0, 0, 0, 0);
	CELLS("/chosen", "#address-cells", 1);
	CELLS("/chosen", "#size-cells", 1);
	add_node("/chosen", "framebuffer");
	DEVICE("/chosen", "module@44000000", (char *)NULL, 0x44000000, 0x1000);
	fdt_setprop(tree, path(tree, "/chosen/module@44000000"), "compatible",
		    "multiboot,kernel\0multiboot,module", 34);
	DEVICE("/chosen", "module@48000000", (char *)NULL, 0x48000000, 0x123457);
	fdt_setprop(tree, path(tree, "/chosen/module@48000000"), "compatible",
		    "multiboot,ramdisk\0multiboot,module", 35);
	edit(&ramdisk);
	assert_non_null(strstr(changes, "-/chosen/vigil,options\n"));
	assert_non_null(strstr(changes, "-/chosen/vigil,key\n"));
	assert_non_null(strstr(changes, "+/chosen/linux,initrd-start\n"));
	assert_non_null(strstr(changes, "+/chosen/linux,initrd-end\n"));
	assert_non_null(strstr(changes, "-/chosen/module@44000000/\n"));
	assert_non_null(strstr(changes, "-/chosen/module@48000000/\n"));
	assert_null(strchr(changes, '~'));
	assert_int_equal(
		strlen(changes),
		strlen("-/chosen/vigil,options\n-/chosen/vigil,key\n+/chosen/linux,initrd-start\n"
		       "+/chosen/linux,initrd-end\n-/chosen/module@44000000/\n"
		       "-/chosen/module@48000000/\n"));
	want = cpu_to_fdt32(0x48000000);
	assert_memory_equal(fdt_getprop(tree, path(tree, "/chosen"), "linux,initrd-start", NULL),
			    &want, 4);
	want = cpu_to_fdt32(0x48123457);
	assert_memory_equal(fdt_getprop(tree, path(tree, "/chosen"), "linux,initrd-end", NULL),
			    &want, 4);
}

static void edit_without_chosen(void **state)
{
	(void)state;
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	map_ram(tree);
	edit(&nothing);
	assert_string_equal(changes, "");
}

static void ramdisks(void **state)
{
	struct range r;
	int chosen;

	(void)state;
	start_tree(1, 1);
	add_node("/", "chosen");
	chosen = path(tree, "/chosen");
	devtree_ramdisk(tree, chosen, &r);
	assert_true(r.lo == 1 && r.hi == 0);
	CELLS("/chosen", "linux,initrd-start", 0x48000000);
	devtree_ramdisk(tree, chosen, &r);
	assert_true(r.lo == 1 && r.hi == 0);
	CELLS("/chosen", "linux,initrd-end", 0x48001000);
	devtree_ramdisk(tree, chosen, &r);
	assert_hex(r.lo, 0x48000000);
	assert_hex(r.hi, 0x48000fff);
	/* U-Boot writes as many cells as it likes. */
	CELLS("/chosen", "linux,initrd-start", 0, 0x49000000);
	CELLS("/chosen", "linux,initrd-end", 0, 0x49002000);
	devtree_ramdisk(tree, chosen, &r);
	assert_hex(r.lo, 0x49000000);
	assert_hex(r.hi, 0x49001fff);
	CELLS("/chosen", "linux,initrd-start", 0);
	CELLS("/chosen", "linux,initrd-end", 0);
	devtree_ramdisk(tree, chosen, &r);
	assert_true(r.lo == 1 && r.hi == 0);
	assert_true(devtree_module(tree, chosen, "multiboot,kernel", &r) < 0);
	assert_true(r.hi < r.lo);
	CELLS("/chosen", "#address-cells", 2);
	CELLS("/chosen", "#size-cells", 2);
	DEVICE("/chosen", "module@0", "multiboot,kernel", 0, 0x44000000, 0, 0x800);
	assert_true(devtree_module(tree, chosen, "multiboot,kernel", &r) > 0);
	assert_hex(r.lo, 0x44000000);
	assert_hex(r.hi, 0x440007ff);
	assert_true(devtree_module(tree, -FDT_ERR_NOTFOUND, "multiboot,kernel", &r) < 0);
	assert_true(r.hi < r.lo);
}

/* A tree that U-Boot has packed is moved to where there is room. */
static void open_packed(void **state)
{
	struct range kernel = {0x7fd00000, 0x7fdfffff};
	void *moved;

	(void)state;
	fake_ram(0x7fc00000, 0x200000);
	start_tree(1, 1);
	MEMORY("memory@40000000", 0x40000000, 0x40000000);
	fdt_pack(tree);
	memcpy(before, tree, sizeof(tree));
	moved = devtree_open(tree, &kernel);
	assert_true((u64)(uintptr_t)moved >= 0x7fc00000);
	assert_true((u64)(uintptr_t)moved + fdt_totalsize(moved) <= kernel.lo);
	compare(before, moved);
	assert_string_equal(changes, "");
	/* There is room for what the edits add. */
	for (u32 i = 0; i < 60; i++)
		assert_int_equal(fdt_setprop_string(moved, 0, i % 2 ? "a" : "b", "disabled"), 0);
	assert_true(fdt_totalsize(moved) >= fdt_totalsize(tree) + 4096);
}

static void open_in_place(void **state)
{
	(void)state;
	start_tree(1, 1);
	memcpy(before, tree, sizeof(tree));
	assert_ptr_equal(devtree_open(tree, &nothing), tree);
	compare(before, tree);
	assert_string_equal(changes, "");
}

static void open_without_room(void **state)
{
	(void)state;
	start_tree(1, 1);
	fdt_pack(tree);
	assert_stops(devtree_open(tree, &nothing), "not enough memory for a larger device tree");
}

/* Real trees */

static bool read_tree(const char *folder, const char *name)
{
	static u8 whole[2 * MIB] __aligned(8);
	char file[512];
	size_t n;
	FILE *f;

	format(file, sizeof(file), "%s%s%s", folder, name ? "/" : "", name ? name : "");
	f = fopen(file, "rb");
	if (!f)
		return false;
	n = fread(whole, 1, sizeof(whole), f);
	fclose(f);
	assert_int_equal(fdt_check_full(whole, n), 0);
	/* As U-Boot leaves it, with room. */
	assert_int_equal(fdt_pack(whole), 0);
	assert_int_equal(fdt_open_into(whole, tree, sizeof(tree)), 0);
	return true;
}

static void virt_tree(void)
{
	const char *file = getenv("VIGIL_VIRT_DTB");

	if (!file || !read_tree(file, NULL))
		fail_msg("there is no %s", file ? file : "VIGIL_VIRT_DTB");
}

static void board_tree(const char *name)
{
	const char *folder = getenv("VIGIL_DTBS");

	if (!folder || access(folder, R_OK)) {
		printf("skipped: %s: the boards' device trees have not been fetched\n", name);
		skip();
	}
	if (!read_tree(folder, name))
		fail_msg("there is no %s in %s", name, folder);
}

/* All that the tree says of addresses, by another way than devices.c: from each node upwards. */
static struct region model[2048];
static u32 model_count;

static u64 cells_at(const void *p, int n)
{
	const u32 *cell = p;
	u64 v = 0;

	while (n-- > 0)
		v = v << 32 | fdt32_ld(cell++);
	return v;
}

static bool model_translate(int bus, u64 *addr)
{
	while (bus) {
		int len, parent = fdt_parent_offset(tree, bus);
		const u32 *p = fdt_getprop(tree, bus, "ranges", &len);
		int na = fdt_address_cells(tree, bus), ns = fdt_size_cells(tree, bus);
		int up = fdt_address_cells(tree, parent);
		bool found = len == 0;

		if (!p)
			return false;
		for (; !found && len > 0; p += na + up + ns, len -= (na + up + ns) * 4) {
			u64 from = cells_at(p, na), to = cells_at(p + na, up);

			if (*addr < from || *addr - from >= cells_at(p + na + up, ns))
				continue;
			*addr = *addr - from + to;
			found = true;
		}
		if (!found)
			return false;
		bus = parent;
	}
	return true;
}

static void model_add(int bus, u64 addr, u64 size, enum region_type type)
{
	if (!size || !model_translate(bus, &addr))
		return;
	assert_in_range(model_count, 0, ARRAY_SIZE(model) - 1);
	model[model_count++] = (struct region){addr, MIN(addr + size - 1, BITLL(40) - 1), type};
}

static void model_pci(int node, int parent)
{
	int len, up = fdt_address_cells(tree, parent);
	const u32 *p = fdt_getprop(tree, node, "ranges", &len);

	for (; p && len > 0; p += 3 + up + 2, len -= (3 + up + 2) * 4)
		model_add(parent, cells_at(p + 3, up), cells_at(p + 3 + up, 2), REGION_DEVICE);
}

static void model_node(int node)
{
	int child;

	fdt_for_each_subnode (child, tree, node) {
		const char *name = fdt_get_name(tree, child, NULL);
		const char *type = fdt_getprop(tree, child, "device_type", NULL);
		int len, na = fdt_address_cells(tree, node), ns = fdt_size_cells(tree, node);
		const u32 *reg = fdt_getprop(tree, child, "reg", &len);
		bool gic = !fdt_node_check_compatible(tree, child, "arm,gic-400") ||
			   !fdt_node_check_compatible(tree, child, "arm,cortex-a15-gic") ||
			   !fdt_node_check_compatible(tree, child, "arm,cortex-a7-gic");
		bool withheld = devtree_compatible(tree, child, platform.withhold);

		if (!withheld && !devtree_is_enabled(tree, child))
			continue;
		if (type && !strcmp(type, "memory"))
			continue;
		for (int i = 0; reg && na <= 2 && ns >= 1 && (i + 1) * (na + ns) * 4 <= len; i++)
			model_add(node, cells_at(reg + i * (na + ns), na),
				  cells_at(reg + i * (na + ns) + na, ns),
				  withheld || (gic && i >= 2) ? REGION_WITHHELD : REGION_DEVICE);
		if (type && !strcmp(type, "pci"))
			model_pci(child, node);
		if (strcmp(name, "chosen") && strcmp(name, "reserved-memory"))
			model_node(child);
	}
}

static enum region_type model_type(u64 addr)
{
	enum region_type type = REGION_NONE;

	for (u32 i = 0; i < model_count; i++)
		if (model[i].lo <= addr && addr <= model[i].hi)
			type = MAX(type, model[i].type);
	return type;
}

static void check_at(u64 addr)
{
	addr &= BITLL(40) - 1;
	if (memmap_type(addr) != model_type(addr))
		fail_msg("%#llx is %u, not %u", (unsigned long long)addr, memmap_type(addr),
			 model_type(addr));
}

/* Both are constant between the places that either names. */
static void check_model(const struct range *ram, u32 rams, u64 home)
{
	model_count = 0;
	model_node(0);
	if (platform.never[1])
		model[model_count++] =
			(struct region){platform.never[0], platform.never[1], REGION_WITHHELD};
	for (u32 i = 0; i < rams; i++)
		model[model_count++] = (struct region){ram[i].lo, ram[i].hi, REGION_RAM};
	model[model_count++] = (struct region){home, home + MONITOR_SIZE - 1, REGION_MONITOR};
	for (u32 i = 0; i < model_count; i++) {
		check_at(model[i].lo - 1);
		check_at(model[i].lo);
		check_at(model[i].hi);
		check_at(model[i].hi + 1);
	}
	for (u32 i = 0; i < memmap_count; i++) {
		check_at(memmap[i].lo - 1);
		check_at(memmap[i].lo);
		check_at(memmap[i].hi);
		check_at(memmap[i].hi + 1);
	}
}

/* As boot_main() does it, with the monitor where the tree has room. */
static u64 whole_edit(void)
{
	struct range ram[MAX_BANKS], after[MAX_BANKS], untouched = {0x1000, 0x1fff};
	u32 rams = devtree_memory(tree, ram), afters;
	u64 home, had = 0, has = 0;

	home = (uintptr_t)devtree_room(tree, MONITOR_SIZE, MONITOR_SIZE, BITLL(32), &untouched);
	assert_true(home != 0);
	memcpy(before, tree, sizeof(tree));
	map_ram(tree);
	memmap_add(home, home + MONITOR_SIZE - 1, REGION_MONITOR);
	assert_ptr_equal(devtree_open(tree, &nothing), tree);
	devtree_devices(tree);
	check_model(ram, rams, home);
	devtree_edit(tree, &nothing);
	compare(before, tree);
	afters = devtree_memory(tree, after);
	for (u32 i = 0; i < rams; i++)
		had += ram[i].hi - ram[i].lo + 1;
	for (u32 i = 0; i < afters; i++) {
		has += after[i].hi - after[i].lo + 1;
		assert_false(after[i].lo < home + MONITOR_SIZE && home <= after[i].hi);
		assert_true(memmap_within(after[i].lo, after[i].hi, REGION_RAM));
	}
	assert_hex(had - has, MONITOR_SIZE);
	return home;
}

static void virt(void **state)
{
	(void)state;
	virt_tree();
	assert_hex(whole_edit(), HOME);
	assert_int_equal(strlen(changes),
			 strlen("+/fw-cfg@9020000/status\n~/memory@40000000/reg\n"));
	assert_non_null(strstr(changes, "+/fw-cfg@9020000/status\n"));
	assert_non_null(strstr(changes, "~/memory@40000000/reg\n"));
	assert_true(memmap_within(0x40000000, HOME - 1, REGION_RAM));
	assert_true(memmap_within(0x08000000, 0x0801ffff, REGION_DEVICE));
	assert_true(memmap_within(0x08030000, 0x0804ffff, REGION_WITHHELD));
	assert_true(memmap_within(0x09000000, 0x09000fff, REGION_DEVICE));
	assert_true(memmap_within(0x09020000, 0x09020017, REGION_WITHHELD));
	assert_true(memmap_within(0x0a000000, 0x0a003fff, REGION_DEVICE));
	assert_true(memmap_within(0x10000000, 0x3effffff, REGION_DEVICE));
	assert_true(memmap_within(0x4010000000, 0x401fffffff, REGION_DEVICE));
	assert_true(memmap_within(0x8000000000, 0xffffffffff, REGION_DEVICE));
	assert_non_null(strstr(dma_masters, "pcie@10000000"));
	assert_non_null(strstr(dma_masters, "virtio_mmio@a003e00"));
	assert_null(strstr(dma_masters, "pl011"));
	devtree_cpus(tree);
	assert_int_equal(fake.cpus, 4);
	assert_true(firmware.fixed);
}

static void virt_withheld(void **state)
{
	const char *p;
	u32 n = 0;

	(void)state;
	virt_tree();
	option_withhold = "dma";
	memcpy(before, tree, sizeof(tree));
	devtree_devices(tree);
	compare(before, tree);
	for (p = changes; (p = strstr(p, "/status\n")); p++)
		n++;
	assert_int_equal(n, 32 + 1 + 1); /* virtio, PCI, fw_cfg */
	assert_null(strstr(changes, "\n-"));
	assert_string_equal(dma_masters, "");
	assert_false(devices_in(0x0a000000, 0x0a003fff));
	assert_false(devices_in(0x10000000, 0x3effffff));
	assert_false(devices_in(0x4000000000, 0xffffffffff));
	assert_true(memmap_within(0x09000000, 0x09000fff, REGION_DEVICE));
}

extern const struct platform platform_exynos5, platform_imx7d, platform_sunxi_h3,
	platform_vexpress_a15;

/* The board's file in place of virt's; fake_reset() undoes it. */
static void use(const struct platform *board)
{
	memcpy((void *)(uintptr_t)&platform, board, sizeof(platform));
	assert_true(devtree_compatible(tree, 0, platform.compatible));
	assert_int_equal(memmap_count, 0);
}

static void check_board(const char *name, u64 home, const char *want, u64 uart, u64 gicd)
{
	assert_hex(whole_edit(), home);
	if (strcmp(changes, want))
		fail_msg("%s: changed\n%s", name, changes);
	assert_int_equal(memmap_type(uart), REGION_DEVICE);
	assert_int_equal(memmap_type(gicd), REGION_DEVICE);
	assert_int_equal(memmap_type(gicd + 0x1000), REGION_DEVICE);
	assert_int_equal(memmap_type(gicd + 0x3000), REGION_WITHHELD); /* GICH */
	assert_int_equal(memmap_type(gicd + 0x5000), REGION_WITHHELD); /* GICV */
	assert_true(*dma_masters);
	/* Not cut off. */
	assert_null(strstr(dma_masters, "..."));
	devtree_cpus(tree);
}

static void orangepi(void **state)
{
	const char *name = "sun8i-h3-orangepi-pc.dtb";

	(void)state;
	board_tree(name);
	/* Memory is U-Boot's to fill in, and so is PSCI. */
	add_node("/", "memory");
	set_text("/memory", "device_type", "memory");
	CELLS("/memory", "reg", 0x40000000, 0x40000000);
	add_node("/", "psci");
	set_text("/psci", "compatible", "arm,psci");
	CELLS("/psci", "cpu_on", 0x84000003);
	use(&platform_sunxi_h3);
	check_board(name, HOME, "~/memory/reg\n+/soc/dram-controller@1c62000/status\n", 0x01c28000,
		    0x01c81000);
	/* R_CPUCFG, in the page of R_CCU, of which the tree says nothing. */
	assert_true(memmap_within(0x01f01400, 0x01f014ff, REGION_DEVICE));
	assert_true(memmap_within(0x01f01c00, 0x01f01fff, REGION_WITHHELD));
	assert_non_null(strstr(dma_masters, "mmc@1c0f000"));
	assert_non_null(strstr(dma_masters, "usb@1c1a400"));
	assert_int_equal(fake.cpus, 4);
	assert_false(firmware.fixed);
	assert_hex(firmware.on, 0x84000003);
	assert_non_null(strstr(dma_masters, "ethernet@1c30000"));
	assert_non_null(strstr(dma_masters, "dma-controller@1c02000"));
}

/* CPUs are started by what they find in two pieces of SRAM: there is no PSCI to do it. */
#define SYSRAM(ns) \
	"+/soc/sram@2020000/smp-sram@0/status\n+/soc/sram@2020000/smp-sram@" ns "/status\n"

static void check_exynos5(void)
{
	assert_int_equal(memmap_type(0x02020000), REGION_WITHHELD);
	assert_int_equal(memmap_type(0x02021000), REGION_DEVICE);
	assert_non_null(strstr(dma_masters, "mmc@12200000"));
	assert_non_null(strstr(dma_masters, "usb@12110000"));
	assert_non_null(strstr(dma_masters, "dma-controller@121a0000"));
	assert_null(strstr(dma_masters, "serial"));
}

static void arndale(void **state)
{
	const char *name = "exynos5250-arndale.dtb";

	(void)state;
	board_tree(name);
	use(&platform_exynos5);
	check_board(name, 0xbfe00000, SYSRAM("2f000") "~/memory@40000000/reg\n", 0x12c20000,
		    0x10481000);
	assert_int_equal(fake.cpus, 2);
	no_firmware();
	check_exynos5();
}

static void odroidxu(void **state)
{
	const char *name = "exynos5410-odroidxu.dtb";

	(void)state;
	board_tree(name);
	use(&platform_exynos5);
	check_board(name, 0xbe800000, SYSRAM("53000") "~/memory@40000000/reg\n", 0x12c20000,
		    0x10481000);
	assert_int_equal(fake.cpus, 4);
	no_firmware();
	check_exynos5();
}

/* With the A7s as well: eight CPUs. */
static void check_odroidxu3(const char *name)
{
	board_tree(name);
	use(&platform_exynos5);
	check_board(
		name, 0xbe800000,
		SYSRAM("53000") "~/soc/memory-controller@10c20000/status\n~/memory@40000000/reg\n",
		0x12c20000, 0x10481000);
	assert_int_equal(fake.cpus, 8);
	no_firmware();
	check_exynos5();
	assert_int_equal(memmap_type(0x10c20000), REGION_WITHHELD);
}

static void odroidxu3(void **state)
{
	(void)state;
	check_odroidxu3("exynos5422-odroidxu3.dtb");
}

static void odroidxu4(void **state)
{
	(void)state;
	check_odroidxu3("exynos5422-odroidxu4.dtb");
}

static void vexpress(void **state)
{
	const char *name = "vexpress-v2p-ca15-tc1.dtb";

	(void)state;
	board_tree(name);
	use(&platform_vexpress_a15);
	check_board(name, 0xbfe00000, "~/memory@80000000/reg\n", 0x1c090000, 0x2c001000);
	assert_int_equal(fake.cpus, 2);
	/* Chip select 3, through two buses. */
	assert_true(memmap_within(0x1c010000, 0x1c010fff, REGION_DEVICE));
}

static void vexpress_log(void **state)
{
	(void)state;
	board_tree("vexpress-v2p-ca15-tc1.dtb");
	use(&platform_vexpress_a15);
	option_log = 0x1c0a0000;
	memcpy(before, tree, sizeof(tree));
	devtree_devices(tree);
	compare(before, tree);
	assert_string_equal(changes, "+/bus@8000000/motherboard-bus@8000000/iofpga-bus@300000000/"
				     "serial@a0000/status\n");
	assert_true(memmap_within(0x1c0a0000, 0x1c0a0fff, REGION_WITHHELD));
	assert_int_equal(memmap_type(0x1c090000), REGION_DEVICE);
	assert_int_equal(memmap_type(0x1c0b0000), REGION_DEVICE);
}

static void imx7d(void **state)
{
	const char *name = "imx7d-sdb.dtb";

	(void)state;
	board_tree(name);
	use(&platform_imx7d);
	check_board(name, 0xffe00000,
		    "+/soc/bus@30000000/reset-controller@30390000/status\n"
		    "~/memory@80000000/reg\n",
		    0x30860000, 0x31001000);
	assert_int_equal(fake.cpus, 2);
}

/* The guest's kernel and ramdisk */

#define PAYLOAD 0x41000000ull
#define KERNEL	0x44000000ull

/* A zImage of this size by its header, of which `have` bytes are there. */
static void put_zimage(u64 at, u32 size)
{
	u32 *word = (u32 *)(uintptr_t)at;

	word[9] = 0x016f2818;
	word[10] = 0;
	word[11] = size;
}

static struct payload *put_payload(u32 size)
{
	struct payload *p = (struct payload *)(uintptr_t)PAYLOAD;

	p->magic = PAYLOAD_MAGIC;
	p->size = size;
	p->raw = 0;
	put_zimage((uintptr_t)p->data, size);
	return p;
}

static int guest_ram(void **state)
{
	fake_reset(state);
	fake_ram(0x40000000, HOME - 0x40000000);
	memmap_add(0x40000000, HOME - 1, REGION_RAM);
	memmap_add(HOME, HOME + MONITOR_SIZE - 1, REGION_MONITOR);
	start_tree(1, 1);
	add_node("/", "chosen");
	CELLS("/chosen", "#address-cells", 1);
	CELLS("/chosen", "#size-cells", 1);
	return 0;
}

static u32 find(const struct payload *payload, struct range *kernel, struct range *ramdisk)
{
	guest_find(tree, path(tree, "/chosen"), payload, kernel, ramdisk);
	return (u32)kernel->lo;
}

static void kernel_in_the_uimage(void **state)
{
	struct payload *p = put_payload(0x8000);
	struct range kernel, ramdisk;

	(void)state;
	assert_hex(find(p, &kernel, &ramdisk), (uintptr_t)p->data);
	assert_hex(kernel.lo, (uintptr_t)p->data);
	assert_hex(kernel.hi, kernel.lo + 0x7fff);
	assert_hex(ramdisk.hi, 0);
	/* It may be longer than its header says. */
	p->size = 0x9000;
	find(p, &kernel, &ramdisk);
	p->size = 0x7fff;
	assert_stops(find(p, &kernel, &ramdisk),
		     "the kernel in the uImage is truncated: 32767 of 32768 bytes");
	p->size = 40;
	assert_stops(find(p, &kernel, &ramdisk), "the kernel in the uImage is not a zImage");
	p->size = 0x8000;
	((u32 *)p->data)[9] = 0;
	assert_stops(find(p, &kernel, &ramdisk), "the kernel in the uImage is not a zImage");
}

static void no_kernel(void **state)
{
	struct payload *p = put_payload(0x8000);
	struct range kernel, ramdisk;

	(void)state;
	p->size = 0;
	assert_stops(find(p, &kernel, &ramdisk), "no kernel: build with `make KERNEL=...`, or name "
						 "one in /chosen as multiboot,kernel");
	p = put_payload(0x8000);
	p->magic = 0;
	assert_stops(find(p, &kernel, &ramdisk), "no kernel: build with `make KERNEL=...`, or name "
						 "one in /chosen as multiboot,kernel");
}

static void raw_image(void **state)
{
	struct payload *p = put_payload(0x3000);
	struct range kernel, ramdisk;

	(void)state;
	p->raw = 1;
	p->addr = 0x40010000;
	memset(p->data, 0x5a, p->size);
	assert_hex(find(p, &kernel, &ramdisk), 0x40010000);
	assert_hex(kernel.lo, 0x40010000);
	assert_hex(kernel.hi, 0x40012fff);
	assert_memory_equal((void *)0x40010000ul, p->data, p->size);
	p->addr = HOME - 0x1000;
	assert_stops(find(p, &kernel, &ramdisk),
		     "the raw image at KERNEL_ADDR 7fdff000-7fe01fff is not in the guest's memory: "
		     "truncated, or loaded elsewhere?");
	p->addr = 0x1000;
	assert_int_equal(ENDS(find(p, &kernel, &ramdisk)), PARKED);
}

static uintptr_t cleaned_lo;
static size_t cleaned_size;

static void note_clean(uintptr_t lo, size_t size)
{
	cleaned_lo = lo;
	cleaned_size = size;
}

/* It may go where it lies, over its own header: U-Boot loads an image to the start of RAM. */
static void raw_image_over_itself(void **state)
{
	struct payload *p = put_payload(0x3000);
	u32 addr = (u32)(uintptr_t)p->data - 0x800;
	struct range kernel, ramdisk;
	u8 *at = (u8 *)(uintptr_t)addr;

	(void)state;
	p->raw = 1;
	p->addr = addr;
	for (u32 i = 0; i < p->size; i++)
		p->data[i] = (u8)(i * 7 + i / 256);
	fake.on_clean = note_clean;
	assert_hex(find(p, &kernel, &ramdisk), addr);
	for (u32 i = 0; i < 0x3000; i++)
		assert_int_equal(at[i], (u8)(i * 7 + i / 256));
	assert_hex(cleaned_lo, addr);
	assert_hex(cleaned_size, 0x3000);
}

static void kernel_module(void **state)
{
	struct payload *p = put_payload(0x8000);
	struct range kernel, ramdisk;

	(void)state;
	put_zimage(KERNEL, 0x10000);
	DEVICE("/chosen", "module@0", "multiboot,kernel", KERNEL, 0x10000);
	assert_hex(find(p, &kernel, &ramdisk), KERNEL);
	assert_hex(kernel.hi, KERNEL + 0xffff);
	CELLS("/chosen/module@0", "reg", KERNEL, 0xffff);
	assert_stops(find(p, &kernel, &ramdisk),
		     "the kernel of /chosen is truncated: 65535 of 65536 bytes");
	CELLS("/chosen/module@0", "reg", KERNEL + 2, 0x10000);
	assert_stops(find(p, &kernel, &ramdisk), "the kernel of /chosen is not aligned to 4 bytes");
	CELLS("/chosen/module@0", "reg", HOME, 0x10000);
	assert_int_equal(ENDS(find(p, &kernel, &ramdisk)), PARKED);
}

static void ramdisk_found(void **state)
{
	struct payload *p = put_payload(0x8000);
	struct range kernel, ramdisk;

	(void)state;
	CELLS("/chosen", "linux,initrd-start", 0x48000000);
	CELLS("/chosen", "linux,initrd-end", 0x48100000);
	find(p, &kernel, &ramdisk);
	assert_hex(ramdisk.lo, 0x48000000);
	assert_hex(ramdisk.hi, 0x480fffff);
	CELLS("/chosen", "linux,initrd-start", PAYLOAD);
	CELLS("/chosen", "linux,initrd-end", PAYLOAD + 0x1000);
	assert_stops(find(p, &kernel, &ramdisk),
		     "the ramdisk 41000000-41000fff overlaps the kernel 41000010-4100800f");
	CELLS("/chosen", "linux,initrd-start", 0x7fd00000);
	CELLS("/chosen", "linux,initrd-end", 0x7fe00001);
	assert_stops(
		find(p, &kernel, &ramdisk),
		"the ramdisk 7fd00000-7fe00000 is not in the guest's memory: truncated, or loaded "
		"elsewhere?");
	CELLS("/chosen", "linux,initrd-start", 0x48000000);
	CELLS("/chosen", "linux,initrd-end", 0x47000000);
	assert_int_equal(ENDS(find(p, &kernel, &ramdisk)), PARKED);
}

/* Where the monitor goes */

static void places(void **state)
{
	u32 *image, *copy;

	(void)state;
	place_check_mode(0x1a, 0x11011);
	assert_int_equal(ENDS(place_check_mode(0x13, 0x11011)), PARKED);
	assert_non_null(strstr(fake.text, "vigil: stop: entered in mode 13, not in Hyp mode"));
	assert_int_equal(ENDS(place_check_mode(0x13, 0x10011)), PARKED);
	assert_non_null(strstr(fake.text, "no virtualization extensions"));
	virt_tree();
	fake_ram(0x48000000, sizeof(tree));
	assert_int_equal(fdt_open_into(tree, (void *)0x48000000ul, sizeof(tree)), 0);
	/* Not over the image that does it: it is where uImage.lds would have it here. */
	fake_ram(HOME - MONITOR_SIZE, MONITOR_SIZE + 0x10000);
	image = (u32 *)(uintptr_t)HOME;
	copy = (u32 *)(uintptr_t)(HOME - MONITOR_SIZE);
	for (u32 i = 0; i < 0x9000 / 4; i++)
		image[i] = i * 0x10001;
	memset(copy, 0xff, MONITOR_SIZE);
	/* One relocation, of the word at 0x40, between __rel_start and __rel_end. */
	image[0x7000 / 4] = 0x40;
	image[0x7004 / 4] = 0x17;
	image[0x40 / 4] = HOME + 0x1234;
	image_payload = 0;
	assert_ptr_equal(place_monitor((void *)0x48000000ul), copy);
	assert_hex(copy[0x40 / 4], HOME - MONITOR_SIZE + 0x1234);
	assert_hex(image[0x40 / 4], HOME + 0x1234);
	assert_hex(image_payload, 0);
	assert_hex(copy[&image_payload - image], HOME + 0x9000);
	for (u32 i = 0; i < 0xa000 / 4; i++)
		if (i != 0x40 / 4 && i != (u32)(&image_payload - image))
			assert_hex(copy[i], i < 0x9000 / 4 ? image[i] : 0);
	assert_hex(copy[0xa000 / 4], ~0u);
	memcpy(tree, (void *)0x48000000ul, sizeof(tree));
	set_text("/", "compatible", "another,board");
	assert_stops(place_monitor(tree),
		     "this image is for qemu-virt, the device tree is for another,board");
	fdt_delprop(tree, 0, "compatible");
	assert_stops(place_monitor(tree),
		     "this image is for qemu-virt, the device tree is for an unnamed board");
	set_text("/", "compatible", "linux,dummy-virt");
	CELLS("/memory@40000000", "reg", 0, 0x40000000, 0, 0x1ff000);
	assert_stops(place_monitor(tree), "not enough memory: no free 2048 KiB for the monitor");
	memset(tree, 0, 64);
	fake_port_clear();
	assert_int_equal(ENDS(place_monitor(tree)), PARKED);
	assert_non_null(strstr(fake.text, "vigil: stop: no device tree at "));
	fake_port_clear();
	assert_int_equal(ENDS(place_monitor(NULL)), PARKED);
	assert_non_null(strstr(fake.text, "vigil: stop: no device tree at 00000000 (r2): "));
}

/* The whole boot, as far as it is not hardware's. */

#define FDT 0x48000000ull

static void boots(void **state)
{
	void *fdt = (void *)(uintptr_t)FDT;
	struct payload *p;
	struct range bank[MAX_BANKS];

	(void)state;
	virt_tree();
	fake_ram(0x40000000, HOME - 0x40000000);
	p = put_payload(0x8000);
	set_text("/chosen", "vigil,options", "mode=monitor overflow=wait withhold=dma");
	CELLS("/chosen", "linux,initrd-start", 0x4a000000);
	CELLS("/chosen", "linux,initrd-end", 0x4a100000);
	memcpy(fdt, tree, sizeof(tree));
	memcpy(before, tree, sizeof(tree));
	assert_int_equal(ENDS(boot_main(fdt, 0x1234, p)), STARTED);
	assert_string_equal(
		fake.text,
		"@vigil boot version=" VIGIL_VERSION
		" board=qemu-virt cpus=4 policies=none policy=" VIGIL_POLICY_HASH
		" mem=7fe00000-7fffffff hz=1000000 mode=monitor overflow=wait dma=none\r\n");
	assert_hex(fake.start[0], (uintptr_t)p->data);
	assert_hex(fake.start[1], 0);
	assert_hex(fake.start[2], 0x1234);
	assert_hex(fake.start[3], FDT);
	assert_true(fake.sealed);
	assert_true(monitor_dry_run);
	assert_int_equal(audit_overflow, OVERFLOW_WAIT);
	compare(before, fdt);
	assert_non_null(strstr(changes, "-/chosen/vigil,options\n"));
	assert_null(strstr(changes, "initrd"));
	assert_int_equal(devtree_memory(fdt, bank), 1);
	assert_hex(bank[0].lo, 0x40000000);
	assert_hex(bank[0].hi, HOME - 1);
}

/* The log elsewhere, and the guest's port as if there were no monitor. */
static void boots_with_two_ports(void **state)
{
	static const struct uart both_ways = {.mask = 1, .ready = 1, .status = 4, .empty = 2};
	static const char *const console[] = {"console=own", "console=shared"};
	void *fdt = (void *)(uintptr_t)FDT;
	char text[64];

	for (u32 i = 0; i < ARRAY_SIZE(console); i++) {
		fake_reset(state);
		((struct platform *)&platform)->uart = &both_ways;
		virt_tree();
		fake_ram(0x40000000, HOME - 0x40000000);
		DEVICE("/", "pl011@9100000", "arm,pl011", 0, 0x9100000, 0, 0x1000);
		format(text, sizeof(text), "%s log=0x9100000", console[i]);
		set_text("/chosen", "vigil,options", text);
		memcpy(fdt, tree, sizeof(tree));
		assert_int_equal(ENDS(boot_main(fdt, 0, put_payload(0x8000))), STARTED);
		assert_hex(fake.port, 0x9100000);
		assert_int_equal(strncmp(fake.text, "@vigil boot ", 12), 0);
		assert_true(console_page & BIT(31));
		/* An operator is listened to, or is not. */
		assert_int_equal(console_page == CONSOLE_SHARED, i);
		assert_string_equal(fdt_getprop(fdt, path(fdt, "/pl011@9100000"), "status", NULL),
				    "disabled");
		assert_int_equal(memmap_type(0x9000000), REGION_DEVICE);
	}
}

static void boot_stops(void **state)
{
	void *fdt = (void *)(uintptr_t)FDT;

	(void)state;
	virt_tree();
	fake_ram(0x40000000, HOME - 0x40000000);
	set_text("/chosen", "vigil,options", "mode=what");
	memcpy(fdt, tree, sizeof(tree));
	assert_stops(boot_main(fdt, 0, put_payload(0x8000)), "option not understood: mode=what");
	assert_hex(fake.port, 0);
}

#define RAM(name) cmocka_unit_test_setup(name, guest_ram)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(banks),
		TEST(large_banks),
		TEST(empty_memory),
		TEST(too_many_banks),
		TEST(rooms),
		TEST(rooms_beside_what_is_in_use),
		TEST(room_beside_the_tree),
		TEST(rooms_in_banks),
		TEST(much_in_use),
		TEST(random_rooms),
		TEST(cpus_and_no_firmware),
		TEST(psci_0_1),
		TEST(psci_0_2),
		TEST(devices_through_buses),
		TEST(no_ranges),
		TEST(disabled_devices),
		TEST(empty_entries),
		TEST(broken_reg),
		TEST(gic),
		TEST(pci_windows),
		TEST(masters_are_named),
		TEST(withhold_dma),
		TEST(withhold_by_name),
		TEST(withhold_a_bus),
		TEST(log_port),
		TEST(log_port_alone),
		TEST(bad_log_ports),
		TEST(overlaps),
		TEST(edit_memory),
		TEST(edit_memory_at_zero),
		TEST(edit_memory_to_the_end),
		TEST(edit_two_memory_nodes),
		TEST(edit_chosen),
		TEST(edit_without_chosen),
		TEST(ramdisks),
		TEST(open_packed),
		TEST(open_in_place),
		TEST(open_without_room),
		TEST(virt),
		TEST(virt_withheld),
		TEST(orangepi),
		TEST(arndale),
		TEST(odroidxu),
		TEST(odroidxu3),
		TEST(odroidxu4),
		TEST(vexpress),
		TEST(vexpress_log),
		TEST(imx7d),
		RAM(kernel_in_the_uimage),
		RAM(no_kernel),
		RAM(raw_image),
		RAM(raw_image_over_itself),
		RAM(kernel_module),
		RAM(ramdisk_found),
		TEST(places),
		TEST(boots),
		TEST(boots_with_two_ports),
		TEST(boot_stops),
	};

	return cmocka_run_group_tests_name("devtree", tests, NULL, NULL);
}
