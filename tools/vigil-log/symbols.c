// SPDX-License-Identifier: BSD-2-Clause
/* Addresses by name: of System.map or /proc/kallsyms, or of a vmlinux. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "vlog.h"

struct symbol {
	uint32_t address, size;
	const char *name;
};

static struct symbol *symbols;
static size_t count, room;
static char *file; /* all names are in here */

static void add(uint32_t address, uint32_t size, const char *name)
{
	/* Marks of the ARM ELF ABI ($a, $t, $d) and the like are nobody's names. */
	if (!*name || *name == '$')
		return;
	if (count == room) {
		room = room ? room * 2 : 4096;
		symbols = grow(symbols, room * sizeof(*symbols));
	}
	symbols[count++] = (struct symbol){address, size, name};
}

static void read_map(char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *end, *name;
		unsigned long address = strtoul(line, &end, 16);

		if (end == line || *end != ' ' || !end[1] || end[2] != ' ')
			continue;
		if (!strchr("tTwW", end[1]) || address > UINT32_MAX)
			continue;
		name = end + 3;
		name[strcspn(name, "\t\r")] = '\0';
		add((uint32_t)address, 0, name);
	}
}

static bool inside(size_t size, uint64_t at, uint64_t len)
{
	return at <= size && len <= size - at;
}

/* One table of symbols; false if it is not as it should be. */
static bool read_table(char *data, size_t size, const Elf32_Shdr *table, const Elf32_Shdr *names)
{
	if (!inside(size, table->sh_offset, table->sh_size) || !names->sh_size ||
	    !inside(size, names->sh_offset, names->sh_size) ||
	    data[names->sh_offset + names->sh_size - 1])
		return false;
	for (uint32_t at = 0; table->sh_size - at >= sizeof(Elf32_Sym); at += sizeof(Elf32_Sym)) {
		Elf32_Sym sym;

		memcpy(&sym, data + table->sh_offset + at, sizeof(sym));
		if (ELF32_ST_TYPE(sym.st_info) != STT_FUNC && ELF32_ST_TYPE(sym.st_info))
			continue;
		/* Of Thumb functions bit 0 is set. */
		if (sym.st_shndx && sym.st_shndx < SHN_LORESERVE && sym.st_name < names->sh_size)
			add(sym.st_value & ~1u, sym.st_size, data + names->sh_offset + sym.st_name);
	}
	return true;
}

static void read_elf(const char *path, char *data, size_t size)
{
	Elf32_Ehdr head;
	Elf32_Shdr section, names;

	if (size < sizeof(head))
		die("%s: not a whole ELF file", path);
	memcpy(&head, data, sizeof(head));
	if (head.e_ident[EI_CLASS] != ELFCLASS32 || head.e_ident[EI_DATA] != ELFDATA2LSB ||
	    head.e_machine != EM_ARM || head.e_shentsize != sizeof(section) ||
	    !inside(size, head.e_shoff, (uint64_t)head.e_shnum * sizeof(section)))
		die("%s: not an ELF file for 32-bit ARM", path);
	for (unsigned i = 0; i < head.e_shnum; i++) {
		memcpy(&section, data + head.e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type != SHT_SYMTAB || section.sh_link >= head.e_shnum)
			continue;
		memcpy(&names, data + head.e_shoff + section.sh_link * sizeof(names),
		       sizeof(names));
		if (!read_table(data, size, &section, &names))
			die("%s: its symbols are cut off", path);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

void symbols_load(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t size = 0, got;

	if (!f)
		die("%s: %m", path);
	do {
		file = grow(file, size + (1u << 20) + 1);
		got = fread(file + size, 1, 1u << 20, f);
		size += got;
	} while (got);
	if (ferror(f))
		die("%s: %m", path);
	fclose(f);
	file[size] = '\0';
	if (size > 4 && !memcmp(file, ELFMAG, SELFMAG))
		read_elf(path, file, size);
	else
		read_map(file);
	if (!count)
		die("%s: no symbols in it: give a System.map, or a vmlinux with symbols", path);
	qsort(symbols, count, sizeof(*symbols), by_address);
	if (!symbols[count - 1].address)
		die("%s: all addresses are 0: read /proc/kallsyms as root", path);
}

bool symbols_loaded(void)
{
	return count;
}

static uint32_t end_of(const struct symbol *s)
{
	const struct symbol *next = s;

	if (s->size)
		return s->address + s->size - 1;
	while (next < symbols + count && next->address == s->address)
		next++;
	return next < symbols + count ? next->address - 1 : s->address + 0xfff;
}

bool symbol_address(const char *name, uint32_t *lo, uint32_t *hi)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(symbols[i].name, name)) {
			*lo = symbols[i].address;
			*hi = end_of(&symbols[i]);
			return true;
		}
	return false;
}

const char *symbol_of(const struct entry *e, char buf[160])
{
	size_t lo = 0, hi = count;

	buf[0] = '\0';
	if (e->type != LINE_RECORD || span_is(e->mode, "usr"))
		return buf;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (symbols[mid].address <= e->pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	/* Of several at one address, the first. */
	while (lo > 1 && symbols[lo - 2].address == symbols[lo - 1].address)
		lo--;
	if (lo && e->pc <= end_of(&symbols[lo - 1]))
		snprintf(buf, 160, "%.120s+%#x", symbols[lo - 1].name,
			 e->pc - symbols[lo - 1].address);
	return buf;
}
