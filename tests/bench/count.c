// SPDX-License-Identifier: BSD-2-Clause
/*
 * A TCG plugin for QEMU: count the executed instructions, of one CPU.
 *
 *	-plugin ./count.so,out=FILE[,marks=on][,lo=ADDRESS,hi=ADDRESS]
 *
 * FILE gets one line for each thing seen:
 *
 *	at ADDRESS COUNT    instructions there, in [lo, hi), since the last `mark`
 *	mark TOTAL          a marker is about to execute: the total, with itself
 *	total TOTAL         when QEMU ends
 *
 * The marker is `mov r8, r8`, which no compiler emits, so that a guest needs
 * no channel to the plugin. A callback runs before its instruction does, once
 * for each time it is tried: one that traps counts once, and once more if the
 * monitor has it tried again.
 *
 * Debian has no package with qemu-plugin.h. What is used of the interface, see
 * docs/devel/tcg-plugins.rst in QEMU's source, is declared here instead.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define MARKER 0xe1a08008u

struct qemu_plugin_tb;
struct qemu_plugin_insn;

/* The leading part of what qemu_plugin_install() is given. */
struct info {
	const char *target;
	struct {
		int oldest;
		int current;
	} version;
};

typedef void translated(uint64_t id, struct qemu_plugin_tb *tb);
typedef void executed(unsigned int cpu, void *data);
typedef void ended(uint64_t id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translated *cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, executed *cb, int flags,
					    void *data);
void qemu_plugin_register_atexit_cb(uint64_t id, ended *cb, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

/*
 * Up to version 2 this takes the instruction alone and returns a pointer to its
 * bytes; from version 3 on it copies them and returns their number. A callee
 * that takes one argument does not see the other two.
 */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t size);

/* A QEMU takes the plugins of a range of versions: tools/bench.mk picks one. */
EXPORT int qemu_plugin_version = PLUGIN_API;

/* Executions of the instruction at one address, since the last marker. */
struct place {
	struct place *next;
	uint64_t address;
	uint64_t count;
};

#define BUCKETS 4096

static struct place *places[BUCKETS];
static uint64_t total, lo, hi;
static bool marks, copies;
static FILE *out;

static struct place *place_of(uint64_t address)
{
	struct place **bucket = &places[address / 2 % BUCKETS], *p;

	for (p = *bucket; p; p = p->next)
		if (p->address == address)
			return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->address = address;
	p->next = *bucket;
	*bucket = p;
	return p;
}

static void dump(void)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct place *p = places[i]; p; p = p->next) {
			if (p->count)
				fprintf(out, "at %" PRIx64 " %" PRIu64 "\n", p->address, p->count);
			p->count = 0;
		}
}

static void on_any(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	total++;
}

static void on_place(unsigned int cpu, void *data)
{
	(void)cpu;
	total++;
	((struct place *)data)->count++;
}

static void on_marker(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	total++;
	dump();
	fprintf(out, "mark %" PRIu64 "\n", total);
}

static bool is_marker(const struct qemu_plugin_insn *insn)
{
	uint32_t word = 0;
	uintptr_t got;

	if (qemu_plugin_insn_size(insn) != sizeof(word))
		return false;
	got = qemu_plugin_insn_data(insn, &word, sizeof(word));
	if (!copies)
		memcpy(&word, (const void *)got, sizeof(word));
	return word == MARKER;
}

static void on_translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);
		executed *cb = on_any;
		void *data = NULL;

		if (marks && is_marker(insn)) {
			cb = on_marker;
		} else if (address >= lo && address < hi) {
			cb = on_place;
			data = place_of(address);
		}
		/* 0: the callback looks at no register. */
		qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, 0, data);
	}
}

static void on_end(uint64_t id, void *data)
{
	(void)id;
	(void)data;
	dump();
	fprintf(out, "total %" PRIu64 "\n", total);
	fclose(out);
}

EXPORT int qemu_plugin_install(uint64_t id, const struct info *info, int argc, char **argv);
EXPORT int qemu_plugin_install(uint64_t id, const struct info *info, int argc, char **argv)
{
	const char *file = NULL;

	copies = info->version.current >= 3;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			file = argv[i] + 4;
		else if (!strncmp(argv[i], "lo=", 3))
			lo = strtoull(argv[i] + 3, NULL, 0);
		else if (!strncmp(argv[i], "hi=", 3))
			hi = strtoull(argv[i] + 3, NULL, 0);
		else if (!strcmp(argv[i], "marks=on"))
			marks = true;
		else
			return fprintf(stderr, "count: '%s' is not understood\n", argv[i]);
	}
	out = file ? fopen(file, "w") : NULL;
	if (!out)
		return fprintf(stderr, "count: out=FILE is missing, or cannot be written\n");
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
