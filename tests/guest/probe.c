// SPDX-License-Identifier: BSD-2-Clause
/* With tests/policies/probe.c: what only a policy of one's own does. */
#include "guest.h"

#define PAGES  0x41060000u /* see the policy */
#define DEVICE 0x08000440u

static u32 virt(u32 ipa)
{
	return mmu_on ? ipa | ALIAS : ipa;
}

static void reads(const char *name, u32 ipa, u32 want)
{
	u32 have = peek(virt(ipa));

	check(have == want, name, "%x, not %x", have, want);
}

static void aborts(const char *name, void (*code)(void), u32 ipa, u32 exc)
{
	struct result out;

	run_at((u32)code, virt(ipa), SVC, &out);
	check(out.exc == exc, name, "exception %u DFSR %x IFSR %x", out.exc, out.dfsr, out.ifsr);
}

static void halves(const char *name, void (*code)(void), u32 ipa, u32 low, u32 high)
{
	struct result out;

	run_at((u32)code, virt(ipa), SVC, &out);
	check(!out.exc && out.r[2] == low && out.r[3] == high, name, "%x %x, exception %u",
	      out.r[2], out.r[3], out.exc);
}

/* What would be denied, killed or halted is done as if no policy were there. */
GROUP(probe_dry)
{
	struct result out;

	poke(virt(DEVICE + 4), 0x15);
	print("expect 1 mmio r4 allow would=deny ipa=%x val=15\n", DEVICE + 4);
	reads("device read", DEVICE + 4, 0x15);
	print("expect 1 mmio r4 allow ipa=%x val=9abcdef0\n", DEVICE + 8);
	reads("replaced device read", DEVICE + 8, 0x9abcdef0);
	print("expect 1 mmio w4 allow ipa=%x val=21\n", DEVICE + 12);
	poke(virt(DEVICE + 12), 0x77);
	reads("replaced device write", DEVICE + 12, 0x21);
	print("expect 1 mmio w4 allow would=deny ipa=%x val=77\n", DEVICE + 16);
	poke(virt(DEVICE + 16), 0x77);
	reads("device write", DEVICE + 16, 0x77);

	/* As it was before the policies, which have put another value in its place. */
	print("expect 1 mem w4 allow would=deny ipa=%x val=1234567\n", PAGES + 16);
	poke(virt(PAGES + 16), 0x1234567);
	print("expect 1 mem r4 allow ipa=%x val=1234567\n", PAGES + 16);
	reads("RAM write", PAGES + 16, 0x1234567);
	print("expect 1 mem w8 allow would=deny ipa=%x val=333333b3222222a2\n", PAGES + 16);
	halves("RAM write of 8 bytes", code_strd, PAGES + 16, 0x222222a2, 0x333333b3);
	print("expect 1 mem r8 allow ipa=%x val=333333b3222222a2\n", PAGES + 16);
	halves("RAM read of 8 bytes", code_ldrd, PAGES + 16, 0x222222a2, 0x333333b3);
	print("expect 1 mem w4 allow would=halt ipa=%x val=5\n", PAGES + 32);
	poke(virt(PAGES + 32), 5);
	print("expect 1 mem r4 allow ipa=%x val=5\n", PAGES + 32);
	reads("RAM write that would halt", PAGES + 32, 5);
	print("expect 1 mem w4 allow ipa=%x val=5ca1ab1e\n", PAGES + 12);
	poke(virt(PAGES + 12), 1);
	print("expect 1 mem r4 allow would=deny ipa=%x\n", PAGES + 4);
	run_at((u32)code_ldr, virt(PAGES + 4), SVC, &out);
	check(!out.exc, "RAM read", "exception %u", out.exc);
	print("expect 1 mem r4 allow would=kill ipa=%x\n", PAGES + 8);
	run_at((u32)code_ldr, virt(PAGES + 8), SVC, &out);
	check(!out.exc, "RAM read that would be killed", "exception %u", out.exc);

	print("expect 1 call hvc allow would=deny nr=c0000002\n");
	check(hvc(0xc0000002, 0, 0, 0) == 0xffffffff, "call", "-");
	print("expect 1 call smc allow nr=c0000003\n");
	check(smc(0xc0000003, 0, 0, 0) == 0x4321, "replaced call", "-");
}

GROUP(probe)
{
	u32 before;

	/* Values that the policy puts in place. */
	print("expect 1 mmio r4 deny ipa=%x by=probe\n", DEVICE);
	reads("denied device read, by default", DEVICE, 0);
	print("expect 1 mmio r4 deny ipa=%x val=12345678\n", DEVICE + 4);
	reads("denied device read, with a value", DEVICE + 4, 0x12345678);
	print("expect 1 mmio r4 allow ipa=%x val=9abcdef0\n", DEVICE + 8);
	reads("replaced device read", DEVICE + 8, 0x9abcdef0);
	print("expect 1 mmio w4 allow ipa=%x val=21\n", DEVICE + 12);
	poke(virt(DEVICE + 12), 0x77);
	reads("replaced device write", DEVICE + 12, 0x21);

	/* RAM: a read replaced, one denied, one killed; a write replaced. */
	print("expect 1 mem r4 allow ipa=%x val=feedf00d\n", PAGES);
	reads("replaced RAM read", PAGES, 0xfeedf00d);
	print("expect 1 mem r4 deny ipa=%x\n", PAGES + 4);
	aborts("denied RAM read", code_ldr, PAGES + 4, EXC_DATA);
	print("expect 1 mem r4 kill ipa=%x\n", PAGES + 8);
	aborts("killed RAM read", code_ldr, PAGES + 8, EXC_UNDEF);
	print("expect 1 mem w4 allow ipa=%x val=5ca1ab1e\n", PAGES + 12);
	poke(virt(PAGES + 12), 1);
	print("expect 1 mem r4 allow ipa=%x val=5ca1ab1e\n", PAGES + 12);
	reads("replaced RAM write", PAGES + 12, 0x5ca1ab1e);

	/* The same of 8 bytes, and a value that goes with a denial. */
	print("expect 1 mem r8 allow ipa=%x val=1122334455667788\n", PAGES + 24);
	halves("replaced RAM read of 8 bytes", code_ldrd, PAGES + 24, 0x55667788, 0x11223344);
	print("expect 1 mem w8 allow ipa=%x val=1122334455667788\n", PAGES + 24);
	halves("replaced RAM write of 8 bytes", code_strd, PAGES + 24, 0x222222a2, 0x333333b3);
	print("expect 1 mem w4 deny ipa=%x val=badbadba\n", PAGES + 16);
	aborts("denied RAM write with a value", code_str, PAGES + 16, EXC_DATA);
	print("expect 1 mmio w4 deny ipa=%x val=66\n", DEVICE + 16);
	before = peek(virt(DEVICE + 16));
	poke(virt(DEVICE + 16), 0x12);
	reads("denied device write with a value", DEVICE + 16, before);

	/* Execution denied, and killed. */
	print("expect 1 mem x4 deny ipa=%x\n", PAGES + 0x1000);
	aborts("denied execution", code_bx, PAGES + 0x1000, EXC_PREFETCH);
	print("expect 1 mem x4 kill ipa=%x\n", PAGES + 0x1010);
	aborts("killed execution", code_bx, PAGES + 0x1010, EXC_UNDEF);

	/* Calls. */
	print("expect 1 call hvc deny nr=c0000001 args=1,2,3\n");
	check(hvc(0xc0000001, 1, 2, 3) == 0xffffffff, "denied call", "-");
	print("expect 1 call hvc deny nr=c0000002\n");
	check(hvc(0xc0000002, 0, 0, 0) == 0x1234, "denied call with a value", "-");
	print("expect 1 call smc allow nr=c0000003\n");
	check(smc(0xc0000003, 0, 0, 0) == 0x4321, "replaced call", "-");

	/* Watches that come and go: on a block of 2 MiB, and off again. */
	poke(virt(PAGES + 0x200000), 1);
	check(hvc(0xc0000010, 0, 0, 0) == 0, "watch set", "-");
	print("expect 1 mem w4 deny ipa=%x val=80\n", PAGES + 0x200000);
	aborts("write after it", code_str, PAGES + 0x200000, EXC_DATA);
	reads("read after it", PAGES + 0x200000, 1);
	check(hvc(0xc0000011, 0, 0, 0) == 0, "watch taken back", "-");
	poke(virt(PAGES + 0x200000), 2);
	reads("write after that", PAGES + 0x200000, 2);
	check(hvc(0xc0000011, 0, 0, 0) == 0xffffffff, "there is none any more", "-");
	/* What is refused changes nothing. */
	check(hvc(0xc0000012, memory_end, 0, 0) == 0xffffffff, "no watch on the monitor", "-");
	check(hvc(0xc0000012, 0x0e000000, 0, 0) == 0xffffffff, "no watch on nothing", "-");
	/* Until the tables are used up, and then nothing has changed. */
	for (u32 i = 0, at = 0x44000000; i < 200; i++, at += 0x200000) {
		if (hvc(0xc0000013, at, 0, 0) == 0)
			continue;
		check(i > 20, "watches until no room is left", "%u", i);
		poke(virt(at), 3);
		reads("after a watch refused", at, 3);
		break;
	}
}
