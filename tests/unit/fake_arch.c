// SPDX-License-Identifier: BSD-2-Clause
#include <sys/mman.h>
#include <pthread.h>
#include "fake_arch.h"
#include "fake_sysreg.h"
#include "core.h"
#include "platform.h"
#include "trap.h"

/* What a test may wait for at most: beyond, it waits for ever. */
#define PATIENCE 10000000u

struct fake fake;
jmp_buf *fake_exit;
struct cpu cpus[MAX_CPUS];
u32 cpu_count;
struct firmware firmware;

extern char __state_start[], __state_end[], __noinit_start[], __noinit_end[];
static u64 random_state;

/* Not by memcpy(): between the variables are bytes that ASan guards. */
__attribute__((no_sanitize("address"))) static void copy(volatile u64 *to, volatile u64 *from,
							 size_t size)
{
	for (; size; size -= 8)
		*to++ = *from++;
}

__attribute__((no_sanitize("address"))) static void poison(volatile u64 *to, volatile u64 *end)
{
	while (to < end)
		*to++ = 0xa5a5a5a5a5a5a5a5;
}

int fake_reset(void **state)
{
	static u64 *first;
	size_t size = (size_t)(__state_end - __state_start);
	char *text = fake.text;

	(void)state;
	if (!first) {
		first = malloc(size);
		copy(first, (u64 *)__state_start, size);
		text = malloc(FAKE_PORT_SIZE);
	}
	copy((u64 *)__state_start, first, size);
	poison((u64 *)__noinit_start, (u64 *)__noinit_end);
	fake = (struct fake){
		.step = 1,
		.hz = 1000000,
		.ttbr0 = 0x4000406a,
		.contextidr = 0x10a,
		.tpidruro = 0xb6f00000,
		.room = SIZE_MAX,
		.text = text,
	};
	fake_exit = NULL;
	cpu_count = 0;
	firmware = (struct firmware){false, 3, 2, 1};
	fake_seed(0);
	fake_port_clear();
	return 0;
}

void fake_seed(u32 seed)
{
	random_state = 0x9e3779b97f4a7c15 * (seed + 1ull);
}

u32 fake_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)(random_state >> 16);
}

u32 fake_random_below(u32 n)
{
	return fake_random() % n;
}

void fake_ram(u64 lo, u64 size)
{
	void *at = (void *)(uintptr_t)lo;

	assert_ptr_equal(mmap(at, size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0),
			 at);
}

/* The port */

void fake_port_clear(void)
{
	fake.sent = 0;
	fake.text[0] = '\0';
}

void fake_type_raw(u32 data)
{
	assert_in_range(fake.typed - fake.taken, 0, ARRAY_SIZE(fake.input) - 1);
	fake.input[fake.typed++ % ARRAY_SIZE(fake.input)] = data;
}

void fake_type(const char *text)
{
	for (; *text; text++)
		fake_type_raw((u8)*text);
}

static bool port_ready(void)
{
	if (fake.room)
		return true;
	fake.refusals++;
	fake.refused++;
	if (fake.refill && fake.refused >= fake.refill)
		fake.room++;
	if (fake.refused > PATIENCE)
		fail_msg("waits for the port for ever, after: %.200s",
			 fake.text + (fake.sent > 200 ? fake.sent - 200 : 0));
	return false;
}

static void port_put(char c)
{
	if (!fake.room)
		fail_msg("a character for a port that takes none");
	if (fake.sent + 1 == FAKE_PORT_SIZE)
		fail_msg("more output than the test has room for");
	if (fake.room != SIZE_MAX)
		fake.room--;
	fake.refused = 0;
	fake.text[fake.sent++] = c;
	fake.text[fake.sent] = '\0';
}

/* The port's registers, of all drivers: 0 takes characters, 4 says when. */
#define FAKE_UART                                             \
	{                                                     \
		.data = 0, .status = 4, .mask = 1, .ready = 1 \
	}
const struct uart uart_pl011 = FAKE_UART;

u64 guarded_load(uintptr_t addr, u32 size)
{
	const struct uart *uart = platform.uart;
	u32 offset = (u32)(addr % PAGE_SIZE), value;

	assert_true(size && size <= 4 && offset % 4 + size <= 4);
	if (offset / 4 == uart->data / 4) {
		/* Whatever its size, it takes one. */
		value = fake.taken == fake.typed
				? FAKE_NOTHING
				: fake.input[fake.taken++ % ARRAY_SIZE(fake.input)];
	} else if (offset == uart->status) {
		value = port_ready() ? uart->ready : uart->mask & ~uart->ready;
		if (fake.taken == fake.typed)
			value |= uart->empty;
	} else {
		value = fake.registers[offset / 4];
		if (offset / 4 == FAKE_RIS / 4 || offset / 4 == FAKE_MIS / 4)
			value = fake.taken == fake.typed ? 0 : uart->received;
		if (offset / 4 == FAKE_MIS / 4)
			value &= fake.registers[FAKE_IMSC / 4];
		fake.reads++;
	}
	return value;
}

u64 guarded_store(uintptr_t addr, u32 size, u64 value)
{
	u32 offset = (u32)(addr % PAGE_SIZE);

	if (offset == platform.uart->data) {
		assert_int_equal(size, 4);
		port_put((char)value);
	} else {
		fake.registers[offset / 4] = (u32)value;
		fake.writes++;
	}
	return 0;
}

u32 port_load(uintptr_t addr)
{
	return (u32)guarded_load(addr, 4);
}

/* arch.h */

static void __noreturn end(enum fake_end how)
{
	if (!fake_exit)
		fail_msg("ended in %s: %s",
			 how == PARKED	 ? "a stop"
			 : how == HALTED ? "a halt"
					 : "a start",
			 fake.text);
	longjmp(*fake_exit, (int)how);
}

u64 counter(void)
{
	return __atomic_add_fetch(&fake.counter, fake.step, __ATOMIC_RELAXED);
}

u32 counter_hz(void)
{
	return fake.hz;
}

void arch_want_drain(void)
{
	__atomic_add_fetch(&fake.wants, 1, __ATOMIC_RELAXED);
}

void arch_halt(void)
{
	end(HALTED);
}

void arch_operate(char key)
{
	if (key == 'R') {
		fake.resets++;
		if (fake.on_reset)
			fake.on_reset();
	} else {
		stage2_stop(key != 'c');
	}
	if (key == 'r')
		fake.shows++;
}

void arch_park(void)
{
	end(PARKED);
}

void vigil_identify(struct event *ev)
{
	ev->ttbr0 = fake.ttbr0;
	ev->contextidr = fake.contextidr;
	ev->tpidruro = fake.tpidruro;
}

/* core.h */

void arch_add_cpu(u32 mpidr)
{
	if (fake.cpus < ARRAY_SIZE(fake.mpidr))
		fake.mpidr[fake.cpus] = mpidr;
	fake.cpus++;
	if (cpu_count < MAX_CPUS)
		cpus[cpu_count++].mpidr = mpidr;
}

void arch_map_for_boot(void)
{
}

void arch_map_port(u32 base)
{
	assert_int_equal(fake.sent, 0);
	fake.port = base;
}

void arch_clean(uintptr_t lo, size_t size)
{
	if (fake.on_clean)
		fake.on_clean(lo, size);
}

/* cpu.h */

void stage2_flush(void)
{
	fake.flushes++;
	if (fake.on_flush)
		fake.on_flush();
}

void cpu_wait(void)
{
	fake.waits++;
	if (!fake.on_wait)
		fail_msg("waits for a guest that is stopped");
	fake.on_wait();
}

/* What arch/arm/boot.c starts the guest with */

u32 fake_read_sr(const char *name)
{
	return strcmp(name, "SR_MPIDR") ? 0 : fake.self;
}

void fake_write_sr(const char *name, u32 value)
{
	fail_msg("%s = %#x", name, value);
}

void hypmap_seal(void)
{
	fake.sealed = true;
}

void cpu_gather(void)
{
	assert_true(fake.sealed);
}

void cpu_start_guest(u32 entry, u32 r0, u32 r1, u32 r2)
{
	fake.start[0] = entry;
	fake.start[1] = r0;
	fake.start[2] = r1;
	fake.start[3] = r2;
	end(STARTED);
}

u32 cp15_traps(void)
{
	return 0;
}

void cp15_filter(void)
{
	fake.filters++;
}

bool guest_fetch(const struct frame *f, u32 *opcode)
{
	(void)f;
	*opcode = fake.opcode;
	return !fake.paged_out;
}
