// SPDX-License-Identifier: BSD-2-Clause
/* Numbers by their names. */
#include <string.h>
#include "vlog.h"
#include "vigil/registers.h"

static const struct {
	uint32_t nr;
	char name[32];
} calls[] = {
#include "syscalls.h" /* made by tools/syscalls */
};

const char *const kind_names[KINDS] = {"mmio", "mem", "sysreg", "syscall", "call"};
const char *const outcome_names[OUTS] = {"allow", "deny", "kill", "halt"};
const char *const auth_names[AUTHS] = {"none", "ok", "late", "replay", "forged", "unknown"};

/* PSCI's functions by the low byte of their identifier; some exist for 64 bits as well. */
static const char *const psci[] = {
	"PSCI_VERSION",
	"CPU_SUSPEND",
	"CPU_OFF",
	"CPU_ON",
	"AFFINITY_INFO",
	"MIGRATE",
	"MIGRATE_INFO_TYPE",
	"MIGRATE_INFO_UP_CPU",
	"SYSTEM_OFF",
	"SYSTEM_RESET",
	"PSCI_FEATURES",
	"CPU_FREEZE",
	"CPU_DEFAULT_SUSPEND",
	"NODE_HW_STATE",
	"SYSTEM_SUSPEND",
	"PSCI_SET_SUSPEND_MODE",
	"PSCI_STAT_RESIDENCY",
	"PSCI_STAT_COUNT",
	"SYSTEM_RESET2",
	"MEM_PROTECT",
	"MEM_PROTECT_CHECK_RANGE",
};

const char *firmware_call(uint32_t nr)
{
	uint32_t low = nr & 0xff;

	if ((nr & ~0x400000ffu) == 0x84000000 && low < COUNT(psci))
		return psci[low];
	switch (nr) {
	case 0x80000000:
		return "SMCCC_VERSION";
	case 0x80000001:
		return "SMCCC_ARCH_FEATURES";
	case 0x80000002:
		return "SMCCC_ARCH_SOC_ID";
	case 0x80007fff:
		return "SMCCC_ARCH_WORKAROUND_2";
	case 0x80008000:
		return "SMCCC_ARCH_WORKAROUND_1";
	case 0x84000050:
		return "TRNG_VERSION";
	case 0x84000053:
		return "TRNG_RND";
	}
	return NULL;
}

const char *system_call(uint32_t nr)
{
	size_t lo = 0, hi = COUNT(calls);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (calls[mid].nr < nr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < COUNT(calls) && calls[lo].nr == nr ? calls[lo].name : NULL;
}

#define NAME(name, opc1, crn, crm, opc2, ...) {REG_##name, #name},

static const struct {
	uint32_t nr;
	const char *name;
} registers[] = {VIGIL_REGISTERS(NAME)};

const char *register_name(uint32_t nr)
{
	for (size_t i = 0; i < COUNT(registers); i++)
		if (registers[i].nr == nr)
			return registers[i].name;
	return NULL;
}

bool register_number(struct span name, uint32_t *nr)
{
	uint64_t v;

	for (size_t i = 0; i < COUNT(registers); i++)
		if (span_is(name, registers[i].name)) {
			*nr = registers[i].nr;
			return true;
		}
	if (!parse_hex(name.p, name.len, &v) || v > UINT32_MAX)
		return false;
	*nr = (uint32_t)v;
	return true;
}

const char *call_name(const struct entry *e, char buf[64])
{
	const char *name = NULL;

	buf[0] = '\0';
	if (e->type != LINE_RECORD || e->kind < KIND_SYSCALL)
		return buf;
	if (HAS(e, K_CALL)) {
		snprintf(buf, 64, "%.*s", SPAN(e->call));
		return buf;
	}
	if (e->kind == KIND_CALL)
		name = firmware_call(e->nr);
	else if (span_is(e->access, "svc"))
		name = system_call(e->nr);
	if (name)
		snprintf(buf, 64, "%s", name);
	else
		snprintf(buf, 64, "%#x", e->nr);
	return buf;
}

/* A register that the table does not know is told by the operands of its instruction. */
void register_text(const struct entry *e, char buf[64])
{
	const char *name;
	uint32_t nr;

	snprintf(buf, 64, "%.*s", SPAN(e->reg));
	if (!register_number(e->reg, &nr) || (e->reg.len != 8 && register_name(nr)))
		return;
	name = register_name(nr);
	if (e->size == 4 && e->access.p[0] == 'x')
		snprintf(buf, 64, "syndrome %08x", nr);
	else if (name)
		snprintf(buf, 64, "%s", name);
	else if (e->size == 8)
		snprintf(buf, 64, "p15,%u,c%u", nr & 7, nr >> 7 & 15);
	else
		snprintf(buf, 64, "p15,%u,c%u,c%u,%u", nr >> 11 & 7, nr >> 7 & 15, nr >> 3 & 15,
			 nr & 7);
}
