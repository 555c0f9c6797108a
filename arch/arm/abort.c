// SPDX-License-Identifier: BSD-2-Clause
/* Stage 2 aborts: device accesses, protected memory, and what is not there. */
#include "cpu.h"
#include "decode.h"
#include "hypmap.h"
#include "memmap.h"
#include "monitor.h"
#include "stage2.h"
#include "trap.h"

/* HSR.ISS of an abort, ARM ARM B3.13.6. */
#define ISS_ISV	      BIT(24)
#define ISS_SAS(hsr)  (((hsr) >> 22) & 3)
#define ISS_SSE	      BIT(21)
#define ISS_SRT(hsr)  (((hsr) >> 16) & 0xf)
#define ISS_S1PTW     BIT(7)
#define ISS_WNR	      BIT(6)
#define ISS_FSC(hsr)  ((hsr)&0x3f)
#define FSC_TYPE(hsr) ((hsr)&0x3c)
#define FSC_TRANSLATION 0x04
#define FSC_ACCESS	0x08
#define FSC_PERMISSION	0x0c

#define PAR_F	 BIT(0)
#define PAR_SS	 BIT(1)
#define PAR_LPAE BIT(11)

static u64 stage1_walk(u32 va, bool user, bool write)
{
	u64 saved = read_sr64(SR64_PAR), par;

	if (user && write)
		write_sr(SR_ATS1CUW, va);
	else if (user)
		write_sr(SR_ATS1CUR, va);
	else if (write)
		write_sr(SR_ATS1CPW, va);
	else
		write_sr(SR_ATS1CPR, va);
	isb();
	par = read_sr64(SR64_PAR);
	write_sr64(SR64_PAR, saved);
	return par;
}

u32 guest_translate(u32 va, bool user, bool write, phys_addr *ipa)
{
	u64 par = stage1_walk(va, user, write);

	if (unlikely(par & PAR_F))
		return guest_fsr((u32)par >> 1);
	if (par & PAR_LPAE)
		*ipa = (par & 0xfffffff000ull) | va % PAGE_SIZE;
	else if (par & PAR_SS) /* a supersection: PA[39:32] in bits [23:16] */
		*ipa = (par & 0xff000000) | (par & 0xff0000) << 16 |
		       (va & 0xffffff);
	else
		*ipa = (par & 0xfffff000) | va % PAGE_SIZE;
	return 0;
}

/*
 * The faulting IPA. HPFAR has it but for a permission fault of the access
 * itself, where it is UNKNOWN (B3.13.5). Returns false if stage 1 has changed
 * under the instruction, which then is to be retried.
 */
static bool fault_ipa(const struct frame *f, u32 hsr, u32 va, bool write,
		      phys_addr *ipa)
{
	if (FSC_TYPE(hsr) != FSC_PERMISSION || (hsr & ISS_S1PTW)) {
		*ipa = (u64)(read_sr(SR_HPFAR) >> 4) << 12 | va % PAGE_SIZE;
		return true;
	}
	return guest_translate(va, guest_user(f), write, ipa) == 0;
}

static enum outcome perform(phys_addr ipa, u32 size, bool write, u64 *value,
			    enum window kind)
{
	uintptr_t va = (uintptr_t)window_map(kind, ipa);

	/* LDRD and STRD fault when unaligned, on any memory (A3.2.1). */
	if (unlikely(kind == WINDOW_DEVICE ? va % size : size == 8 && va % 4))
		return ABORTED;
	if (write ? guarded_store(va, size, value)
		  : guarded_load(va, size, value))
		return ABORTED;
	return DONE;
}

static enum outcome carry_out(struct event *ev, u64 *value, bool device)
{
	bool write = ev->access == ACC_WRITE;
	enum outcome done = DONE;

	switch (ev->verdict) {
	case ALLOW:
		if (ev->absent) {
			monitor_refuse(ev);
			return ABORTED;
		}
		if (write || !ev->replace)
			done = perform(ev->ipa, ev->size, write, &ev->value,
				       device ? WINDOW_DEVICE : WINDOW_RAM);
		if (unlikely(done == ABORTED))
			monitor_refuse(ev);
		break;
	case DENY:
		if (!device)
			return ABORTED;
		break;
	default:
		return KILLED;
	}
	*value = ev->value;
	return done;
}

enum outcome access_one(struct frame *f, u32 va, phys_addr ipa, u32 size,
			bool write, u64 *value)
{
	phys_addr end = ipa + size - 1;
	bool device = monitor_watched(EV_MMIO, ipa, end) != 0;
	enum region_type type = REGION_DEVICE;
	enum outcome done;
	struct event ev;

	if (!device) {
		type = memmap_type(ipa);
		if (type == REGION_DEVICE)
			return perform(ipa, size, write, value, WINDOW_DEVICE);
	}
	event_start(&ev, f, device ? EV_MMIO : EV_MEMORY);
	ev.access = write ? ACC_WRITE : ACC_READ;
	ev.size = (u8)size;
	ev.va = va;
	ev.ipa = ipa;
	ev.absent = type != REGION_DEVICE && type != REGION_RAM;
	if (write)
		ev.value = *value;
	monitor_ask(&ev, ipa, end);
	done = carry_out(&ev, value, device);
	event_finish(&ev);
	return done;
}

void refuse_data(struct frame *f, u32 va, phys_addr ipa, bool write)
{
	struct event ev;

	event_start(&ev, f, memmap_type(ipa) == REGION_DEVICE ? EV_MMIO
							      : EV_MEMORY);
	ev.access = write ? ACC_WRITE : ACC_READ;
	ev.va = va;
	ev.ipa = ipa;
	monitor_refuse(&ev);
	event_finish(&ev);
	inject_data_abort(f, va, guest_fsr(STATUS_EXTERNAL) |
					 (write ? FSR_WRITE : 0));
}

/*
 * The guest's page-table walker has hit what it may not read. It can neither
 * be given a value nor be let through: refused, whatever the policies say.
 */
static void refuse_walk(struct frame *f, u32 hsr, u32 va)
{
	phys_addr ipa = (u64)(read_sr(SR_HPFAR) >> 4) << 12;
	struct event ev;

	if (stage2_lookup(ipa) & S2_READ)
		return;
	/* Kept from reads only for the sake of exclusives: give it back. */
	if (memmap_type(ipa) == REGION_RAM &&
	    !(monitor_watched(EV_MEMORY, ipa, ipa + PAGE_SIZE - 1) &
	      ACC_READ) && stage2_update(ipa, ipa) == 0)
		return;
	event_start(&ev, f, EV_MEMORY);
	ev.access = ACC_READ;
	ev.va = va;
	ev.ipa = ipa;
	ev.walk = true;
	ev.absent = memmap_type(ipa) != REGION_RAM;
	if (monitor_ask(&ev, ipa, ipa + PAGE_SIZE - 1) == ALLOW)
		monitor_refuse(&ev);
	event_finish(&ev);
	if (HSR_EC(hsr) == 0x20)
		inject_prefetch_abort(f, va, guest_fsr(STATUS_WALK(hsr & 3)));
	else
		inject_data_abort(f, va,
				  guest_fsr(STATUS_WALK(hsr & 3)) |
					  (hsr & ISS_WNR ? FSR_WRITE : 0));
}

static void load_register(struct frame *f, u32 hsr, u32 size, u64 value)
{
	u32 v = (u32)value;

	if (unlikely(f->cpsr & CPSR_E))
		v = __builtin_bswap32(v) >> (32 - 8 * size);
	if (unlikely(hsr & ISS_SSE) && size < 4)
		v = (u32)((s32)(v << (32 - 8 * size)) >> (32 - 8 * size));
	guest_set_reg(f, ISS_SRT(hsr), v);
}

static u64 store_register(const struct frame *f, u32 hsr, u32 size)
{
	u32 v = guest_reg(f, ISS_SRT(hsr));

	if (unlikely(f->cpsr & CPSR_E))
		v = __builtin_bswap32(v) >> (32 - 8 * size);
	return size < 4 ? v & (BIT(8 * size) - 1) : v;
}

void trap_data_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HDFAR), size = BIT(ISS_SAS(hsr));
	bool write = hsr & ISS_WNR;
	phys_addr ipa;
	u64 value = 0;

	if (unlikely(hsr & ISS_S1PTW)) {
		refuse_walk(f, hsr, va);
		return;
	}
	if (unlikely(FSC_TYPE(hsr) - FSC_TRANSLATION > 8)) {
		refuse_data(f, va, 0, write); /* not one of stage 2's faults */
		return;
	}
	if (!fault_ipa(f, hsr, va, write, &ipa))
		return;
	/*
	 * The syndrome does not do: none, past the page's end, SRT = PC, or
	 * a Thumb store, where Cortex-A15's SRT may be wrong (erratum 766422).
	 */
	if (!(hsr & ISS_ISV) || ISS_SAS(hsr) == 3 || ISS_SRT(hsr) == 15 ||
	    va % PAGE_SIZE + size > PAGE_SIZE || (write && (emulate_stores || (f->cpsr & CPSR_T)))) {
		emulate(f, va, write);
		return;
	}
	if (write)
		value = store_register(f, hsr, size);
	switch (access_one(f, va, ipa, size, write, &value)) {
	case DONE:
		if (!write)
			load_register(f, hsr, size, value);
		guest_skip(f, hsr_len(hsr));
		break;
	case ABORTED:
		inject_data_abort(f, va, guest_fsr(STATUS_EXTERNAL) |
						 (write ? FSR_WRITE : 0));
		break;
	case KILLED:
		inject_undef(f);
		break;
	}
}

void trap_prefetch_abort(struct frame *f, u32 hsr)
{
	u32 va = read_sr(SR_HIFAR);
	struct event ev;
	phys_addr ipa;
	u64 leaf;

	cpu_park_if_halted();
	if (hsr & ISS_S1PTW) {
		refuse_walk(f, hsr, va);
		return;
	}
	if (!fault_ipa(f, hsr, va, false, &ipa))
		return;
	/* Another CPU may have opened the page since. */
	leaf = stage2_lookup(ipa);
	if ((leaf & S2_READ) && !(leaf & S2_XN))
		return;
	event_start(&ev, f, EV_MEMORY);
	ev.access = ACC_EXEC;
	ev.size = 4;
	ev.va = va;
	ev.ipa = ipa;
	ev.absent = memmap_type(ipa) != REGION_RAM;
	if (monitor_ask(&ev, ipa, ipa + 3) == ALLOW &&
	    (ev.absent || stage2_grant_exec(ALIGN_DOWN(ipa, PAGE_SIZE))))
		monitor_refuse(&ev);
	event_finish(&ev);
	if (ev.verdict == DENY)
		inject_prefetch_abort(f, va, guest_fsr(STATUS_EXTERNAL));
	else if (ev.verdict == KILL)
		inject_undef(f);
}
