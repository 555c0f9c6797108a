// SPDX-License-Identifier: BSD-2-Clause
/* The memory map next to a model that has a type for each byte. */
#include "fake_arch.h"
#include "core.h"

#define LAST (BITLL(40) - 1)

static void check_sorted(void)
{
	assert_in_range(memmap_count, 0, MAX_REGIONS);
	for (u32 i = 0; i < memmap_count; i++) {
		const struct region *r = &memmap[i], *before = r - 1;

		assert_true(r->lo <= r->hi && r->hi <= LAST);
		assert_in_range(r->type, REGION_DEVICE, REGION_MONITOR);
		if (!i)
			continue;
		assert_true(before->hi < r->lo);
		/* Neighbours of one type are one region. */
		assert_false(before->hi + 1 == r->lo && before->type == r->type);
	}
}

static void check_region(u32 i, u64 lo, u64 hi, enum region_type type)
{
	assert_hex(memmap[i].lo, lo);
	assert_hex(memmap[i].hi, hi);
	assert_int_equal(memmap[i].type, type);
}

static void adds(void **state)
{
	(void)state;
	assert_int_equal(memmap_type(0), REGION_NONE);
	memmap_add(0x3000, 0x3fff, REGION_RAM);
	memmap_add(0x1000, 0x1fff, REGION_DEVICE);
	memmap_add(0x5000, 0x5000, REGION_DEVICE);
	assert_int_equal(memmap_count, 3);
	check_region(0, 0x1000, 0x1fff, REGION_DEVICE);
	check_region(1, 0x3000, 0x3fff, REGION_RAM);
	check_region(2, 0x5000, 0x5000, REGION_DEVICE);
	assert_int_equal(memmap_type(0xfff), REGION_NONE);
	assert_int_equal(memmap_type(0x1000), REGION_DEVICE);
	assert_int_equal(memmap_type(0x1fff), REGION_DEVICE);
	assert_int_equal(memmap_type(0x2000), REGION_NONE);
	assert_int_equal(memmap_type(0x5000), REGION_DEVICE);
	assert_int_equal(memmap_type(0x5001), REGION_NONE);
	assert_int_equal(memmap_type(UINT64_MAX), REGION_NONE);
}

static void merges(void **state)
{
	(void)state;
	memmap_add(0x1000, 0x1fff, REGION_RAM);
	memmap_add(0x3000, 0x3fff, REGION_RAM);
	memmap_add(0x2000, 0x2fff, REGION_RAM);
	assert_int_equal(memmap_count, 1);
	check_region(0, 0x1000, 0x3fff, REGION_RAM);
	memmap_add(0x1800, 0x27ff, REGION_RAM);
	memmap_add(0x0, 0x4fff, REGION_RAM);
	assert_int_equal(memmap_count, 1);
	check_region(0, 0, 0x4fff, REGION_RAM);
	memmap_add(0x5000, 0x5fff, REGION_DEVICE);
	assert_int_equal(memmap_count, 2);
}

/* Whichever comes first, the higher type counts. */
static void precedence(void **state)
{
	(void)state;
	for (u32 a = REGION_DEVICE; a <= REGION_MONITOR; a++)
		for (u32 b = REGION_DEVICE; b <= REGION_MONITOR; b++) {
			memmap_count = 0;
			memmap_add(0x1000, 0x3fff, a);
			memmap_add(0x2000, 0x4fff, b);
			check_sorted();
			assert_int_equal(memmap_type(0x1fff), a);
			assert_int_equal(memmap_type(0x2000), MAX(a, b));
			assert_int_equal(memmap_type(0x3fff), MAX(a, b));
			assert_int_equal(memmap_type(0x4000), b);
		}
}

static void splits(void **state)
{
	(void)state;
	memmap_add(0x40000000, 0x7fffffff, REGION_RAM);
	memmap_add(0x50000000, 0x501fffff, REGION_MONITOR);
	assert_int_equal(memmap_count, 3);
	check_region(0, 0x40000000, 0x4fffffff, REGION_RAM);
	check_region(1, 0x50000000, 0x501fffff, REGION_MONITOR);
	check_region(2, 0x50200000, 0x7fffffff, REGION_RAM);
	/* What goes over all of it fills the gaps around. */
	memmap_add(0x30000000, 0x8fffffff, REGION_DEVICE);
	assert_int_equal(memmap_count, 5);
	check_region(0, 0x30000000, 0x3fffffff, REGION_DEVICE);
	check_region(4, 0x80000000, 0x8fffffff, REGION_DEVICE);
}

static void within(void **state)
{
	(void)state;
	memmap_add(0x1000, 0x1fff, REGION_RAM);
	memmap_add(0x2000, 0x2fff, REGION_DEVICE);
	assert_true(memmap_within(0x1000, 0x1fff, REGION_RAM));
	assert_true(memmap_within(0x1800, 0x1800, REGION_RAM));
	assert_false(memmap_within(0x1000, 0x2000, REGION_RAM));
	assert_false(memmap_within(0xfff, 0x1fff, REGION_RAM));
	assert_false(memmap_within(0x1000, 0x1fff, REGION_DEVICE));
	assert_false(memmap_within(0x8000, 0x8fff, REGION_RAM));
}

/* 40 bits are all there is. */
static void ends_of_the_space(void **state)
{
	(void)state;
	memmap_add(0, 0, REGION_RAM);
	memmap_add(LAST, LAST, REGION_DEVICE);
	assert_int_equal(memmap_type(0), REGION_RAM);
	assert_int_equal(memmap_type(LAST), REGION_DEVICE);
	memmap_add(BITLL(40), BITLL(40) + 0xfff, REGION_RAM);
	memmap_add(UINT64_MAX, UINT64_MAX, REGION_RAM);
	assert_int_equal(memmap_count, 2);
	memmap_add(0, UINT64_MAX, REGION_MONITOR);
	assert_int_equal(memmap_count, 1);
	check_region(0, 0, LAST, REGION_MONITOR);
	memmap_add(0, UINT64_MAX, REGION_RAM);
	assert_int_equal(memmap_count, 1);
	check_region(0, 0, LAST, REGION_MONITOR);
}

static void full(void **state)
{
	(void)state;
	for (u64 i = 0; i < MAX_REGIONS; i++)
		memmap_add(i * 0x2000, i * 0x2000 + 0xfff, REGION_DEVICE);
	assert_int_equal(memmap_count, MAX_REGIONS);
	check_sorted();
	/* What merges has room still. */
	memmap_add(0x1000, 0x1fff, REGION_DEVICE);
	assert_int_equal(memmap_count, MAX_REGIONS - 1);
	memmap_add(0x1000000, 0x1000fff, REGION_DEVICE);
	assert_stops(memmap_add(0x2000000, 0x2000fff, REGION_DEVICE),
		     "the device tree has more than 384 regions");
	check_sorted();
}

#define BYTES	  512u
#define SEQUENCES 400
#define STEPS	  24

static void check_model(const u8 *model, u64 origin)
{
	check_sorted();
	for (u32 i = 0; i < BYTES; i++)
		assert_int_equal(memmap_type(origin + i), model[i]);
	for (u32 i = 0; i < 40; i++) {
		u32 lo = fake_random_below(BYTES), hi = lo + fake_random_below(BYTES - lo);
		enum region_type type = REGION_DEVICE + fake_random_below(4);
		bool all = true;

		for (u32 j = lo; j <= hi; j++)
			all &= model[j] == type;
		assert_int_equal(memmap_within(origin + lo, origin + hi, type), all);
	}
}

static void random_regions(u64 origin)
{
	for (u32 n = 0; n < SEQUENCES; n++) {
		u8 model[BYTES] = {0};

		memmap_count = 0;
		for (u32 step = 0; step < STEPS; step++) {
			u32 lo = fake_random_below(BYTES);
			u32 hi = lo + fake_random_below(MIN(BYTES - lo, step % 3 ? 30u : BYTES));
			enum region_type type = REGION_DEVICE + fake_random_below(4);

			memmap_add(origin + lo, origin + hi, type);
			for (u32 i = lo; i <= hi; i++)
				model[i] = MAX(model[i], (u8)type);
			check_model(model, origin);
		}
	}
}

static void random_low(void **state)
{
	(void)state;
	random_regions(0);
}

static void random_middle(void **state)
{
	(void)state;
	random_regions(0xffffff00);
}

static void random_high(void **state)
{
	(void)state;
	random_regions(LAST - BYTES + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(adds),
		TEST(merges),
		TEST(precedence),
		TEST(splits),
		TEST(within),
		TEST(ends_of_the_space),
		TEST(full),
		TEST(random_low),
		TEST(random_middle),
		TEST(random_high),
	};

	return cmocka_run_group_tests_name("memmap", tests, NULL, NULL);
}
