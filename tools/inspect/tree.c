// SPDX-License-Identifier: BSD-2-Clause
/* The device tree, read with the monitor's own code. */
#include "inspect.h"
#include <libfdt.h>

/* As a part of this file, for what it has to itself: which devices are masters, how addresses
 * are translated. */
#include "../../core/devices.c"

/* The board's file as devices.c has it. It is const there, and here it is chosen. */
struct platform chosen __asm__("platform");

const char *option_withhold = "";
u32 option_log;

/* Those of the Makefile, which lists them as PLATFORM(name) PLATFORM(name). */
#define PLATFORM(name) extern const struct platform platform_##name;
PLATFORMS
#undef PLATFORM
#define PLATFORM(name) &platform_##name,
static const struct platform *const platforms[] = {PLATFORMS NULL};

static struct facts *facts;
static jmp_buf stopped;
static char stop_text[256];

void give_up(bool own, const char *fmt, ...)
{
	va_list ap;

	(void)own;
	va_start(ap, fmt);
	vformat(stop_text, sizeof(stop_text), fmt, ap);
	va_end(ap);
	longjmp(stopped, 1);
}

/* Where devtree_open() would look for room: it is not called. */
char __start[1];

/* What the boot would say by itself is in the report, in its place. */
bool console_put(char c, bool wait)
{
	(void)c;
	return wait;
}

void arch_add_cpu(u32 mpidr)
{
	(void)mpidr;
	facts->cpus++;
}

struct firmware firmware;

static bool is_one_of(const char *name, const char *const *list)
{
	while (*list && strncmp(name, *list, strlen(*list)))
		list++;
	return *list;
}

/* By how a core's name begins; in this order, for an A53 is no A5, and an A72 no A7. */
static enum hyp cpu_kind(const char *compatible)
{
	/* clang-format off */
	static const char *const v8[] = {
		"arm,cortex-a3", "arm,cortex-a53", "arm,cortex-a55", "arm,cortex-a57",
		"arm,cortex-a72", "arm,cortex-a73", "arm,cortex-a75", "arm,cortex-a76", NULL};
	static const char *const with[] = {
		"arm,cortex-a7", "arm,cortex-a12", "arm,cortex-a15", "arm,cortex-a17",
		"brcm,brahma-b15", NULL};
	static const char *const without[] = {
		"arm,cortex-a5", "arm,cortex-a8", "arm,cortex-a9", "arm,cortex-m", "arm,arm7",
		"arm,arm9", "arm,arm10", "arm,arm11", "arm,sa", "qcom,krait", "qcom,scorpion",
		"marvell,", "mrvl,", "faraday,", "intel,", "cavium,", NULL};
	/* clang-format on */

	if (is_one_of(compatible, v8))
		return HYP_V8;
	if (is_one_of(compatible, with))
		return HYP_YES;
	return is_one_of(compatible, without) ? HYP_NO : HYP_UNKNOWN;
}

static const char *text(const void *fdt, int node, const char *name)
{
	int len;
	const char *p = fdt_getprop(fdt, node, name, &len);

	return p && len > 0 && !p[len - 1] ? p : NULL;
}

static void read_cpus(const void *fdt)
{
	int node, cpus = fdt_path_offset(fdt, "/cpus");

	facts->method = text(fdt, cpus, "enable-method");
	fdt_for_each_subnode (node, fdt, cpus) {
		const char *compatible = text(fdt, node, "compatible");
		const char *type = text(fdt, node, "device_type");
		u32 i = 0;

		if (!type || strcmp(type, "cpu"))
			continue;
		if (!compatible)
			compatible = "unnamed";
		while (i < facts->kinds && strcmp(facts->cpu[i].compatible, compatible))
			i++;
		if (i == MAX_KINDS)
			continue;
		facts->kinds = MAX(facts->kinds, i + 1);
		facts->cpu[i].compatible = compatible;
		facts->cpu[i].count++;
		facts->cpu[i].hyp = cpu_kind(compatible);
		if (text(fdt, node, "enable-method"))
			facts->method = text(fdt, node, "enable-method");
	}
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci");
	if (node < 0)
		node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2");
	if (node < 0)
		node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-1.0");
	if (node >= 0) {
		facts->conduit = text(fdt, node, "method");
		facts->psci = "0.1"; /* or more: devtree_cpus() knows */
	}
}

/* The i-th `reg` of a node, as the CPU sees it; {1, 0} if it does not. */
static struct range reg_of(const void *fdt, const struct bus *bus, int node, int i)
{
	struct range r;

	devtree_for_each_entry (r, fdt, bus->node, node, "reg")
		if (!i--)
			return r.lo <= r.hi && translate(fdt, bus, &r) ? r : (struct range){1, 0};
	return (struct range){1, 0};
}

static struct device device_of(const void *fdt, const struct bus *bus, int node)
{
	struct device d = {.name = fdt_get_name(fdt, node, NULL),
			   .compatible = text(fdt, node, "compatible"),
			   .reg = reg_of(fdt, bus, node, 0),
			   .window = {1, 0}};

	if (!d.compatible)
		d.compatible = "unnamed";
	return d;
}

/* A master reaches all memory, but where a bus above it has `dma-ranges` that say less. */
static void add_master(const void *fdt, const struct bus *bus, int node)
{
	struct device *m = &facts->master[facts->masters];

	if (facts->masters == MAX_MASTERS)
		return;
	facts->masters++;
	*m = device_of(fdt, bus, node);
	m->reach = fdt_getprop(fdt, node, "iommus", NULL) ? "all memory (its IOMMU is the guest's)"
							  : "all memory";
	for (; bus->parent; bus = bus->parent) {
		int len, na = fdt_address_cells(fdt, bus->node);
		int up = fdt_address_cells(fdt, bus->parent->node);
		int ns = fdt_size_cells(fdt, bus->node);
		const u32 *p = fdt_getprop(fdt, bus->node, "dma-ranges", &len);

		if (!p || len < (na + up + ns) * 4 || ns > 2 || up > 2)
			continue;
		m->window.lo = devtree_cells(p + na, up);
		m->window.hi = m->window.lo + devtree_cells(p + na + up, ns) - 1;
		m->reach = "as its bus' dma-ranges say";
		break;
	}
}

static bool is_uart(const void *fdt, int node)
{
	const char *path = text(fdt, fdt_path_offset(fdt, "/chosen"), "stdout-path");
	int len = path ? (int)strlen(path) : 0;
	const char *colon = path ? strchr(path, ':') : NULL;

	if (colon)
		len = (int)(colon - path);
	return path && fdt_path_offset_namelen(fdt, path, len) == node;
}

static const char *driver_of(const void *fdt, int node)
{
	static const char pl011[] = "arm,pl011";
	static const char samsung[] = "samsung,exynos4210-uart samsung,s5pv210-uart";
	static const char imx[] = "fsl,imx21-uart fsl,imx6q-uart";
	static const char ns8250[] = "snps,dw-apb-uart ns16550a ns16550 nvidia,tegra20-uart";
	const u32 *shift = fdt_getprop(fdt, node, "reg-shift", NULL);

	if (devtree_compatible(fdt, node, pl011))
		return "pl011";
	if (devtree_compatible(fdt, node, samsung))
		return "samsung";
	if (devtree_compatible(fdt, node, imx))
		return "imx";
	if (devtree_compatible(fdt, node, ns8250) && shift && fdt32_ld(shift) == 2)
		return "8250";
	return NULL;
}

static bool is_gic(const void *fdt, int node)
{
	static const char others[] =
		"arm,cortex-a9-gic arm,gic-v3 arm,pl390 arm,eb11mp-gic arm,arm1176jzf-devchip-gic "
		"qcom,msm-qgic2 qcom,msm-8660-qgic brcm,bcm2836-l1-intc";

	facts->gic_known |= devtree_compatible(fdt, node, gics);
	return devtree_compatible(fdt, node, gics) || devtree_compatible(fdt, node, others);
}

/* What is of interest by itself, in the tree as it was. */
static void find_devices(const void *fdt, const struct bus *bus)
{
	static const char timers[] = "arm,armv7-timer arm,armv8-timer";
	int node;

	fdt_for_each_subnode (node, fdt, bus->node) {
		struct bus child = {bus, node, false};
		struct range r;

		if (devtree_compatible(fdt, node, timers))
			facts->timer = true;
		if (!devtree_is_enabled(fdt, node))
			continue;
		if (!facts->gic.name && is_gic(fdt, node)) {
			facts->gic = device_of(fdt, bus, node);
			facts->gich.reg = reg_of(fdt, bus, node, 2);
			devtree_for_each_entry (r, fdt, bus->node, node, "reg")
				facts->gic_regs += r.lo <= r.hi;
		}
		if (is_uart(fdt, node)) {
			facts->uart = device_of(fdt, bus, node);
			facts->driver = driver_of(fdt, node);
		}
		if (devtree_compatible(fdt, node, platform.withhold) && facts->kept < MAX_KEPT)
			facts->kept_name[facts->kept++] = fdt_get_name(fdt, node, NULL);
		find_devices(fdt, &child);
	}
}

/* As devices.c names them, once it has disabled what is withheld. */
static void find_masters(const void *fdt, const struct bus *bus)
{
	int node;

	fdt_for_each_subnode (node, fdt, bus->node) {
		struct bus child = {bus, node, false};
		const char *name = fdt_get_name(fdt, node, NULL);
		const char *kind = text(fdt, node, "device_type");

		if (!devtree_is_enabled(fdt, node) || !strcmp(name, "reserved-memory") ||
		    !strcmp(name, "chosen") || (kind && !strcmp(kind, "memory")))
			continue;
		if (is_master(fdt, node) && reg_of(fdt, bus, node, 0).hi)
			add_master(fdt, bus, node);
		find_masters(fdt, &child);
	}
}

void inspect_tree(const void *tree, void *buffer, int size, struct facts *f)
{
	facts = f;
	f->model = text(tree, 0, "model");
	f->compatible = text(tree, 0, "compatible");
	for (const struct platform *const *p = platforms; *p; p++)
		if (devtree_compatible(tree, 0, (*p)->compatible)) {
			f->platform = *p;
			chosen = **p;
		}
	read_cpus(tree);
	find_devices(tree, &(struct bus){0});
	if (setjmp(stopped)) {
		f->stop = stop_text;
		return;
	}
	devtree_check(fdt_open_into(tree, buffer, size), "unpack it");
	devtree_cpus(buffer);
	if (facts->psci && firmware.fixed)
		facts->psci = "0.2 or later";
	f->banks = devtree_memory(buffer, f->bank);
	for (u32 i = 0; i < f->banks; i++)
		memmap_add(f->bank[i].lo, f->bank[i].hi, REGION_RAM);
	devtree_devices(buffer);
	find_masters(buffer, &(struct bus){0});
}
