# SPDX-License-Identifier: BSD-2-Clause
# Vigil's one Makefile. `make help` lists what there is.

VERSION := 0.1.0

# Names that Xen's users know select the board as well.
CONFIG_EARLY_PRINTK ?= qemu-virt
early_vexpress := vexpress-a15
early_exynos5250 := exynos5
early_exynos5410 := exynos5
PLATFORM ?= $(or $(early_$(CONFIG_EARLY_PRINTK)),$(CONFIG_EARLY_PRINTK))
PLATFORM_DIR ?=
POLICY ?= log guard
POLICY_DIR ?=
KERNEL ?=
KERNEL_ADDR ?=
CROSS_COMPILE ?= arm-linux-gnueabihf-
BUILD ?= build

ifeq ($(origin CC),default)
CC := $(CROSS_COMPILE)gcc
endif
LD := $(CROSS_COMPILE)ld
OBJCOPY := $(CROSS_COMPILE)objcopy
SIZE := $(CROSS_COMPILE)size
NM := $(CROSS_COMPILE)nm
Q := $(if $(V),,@)
say = @printf '  %-7s %s\n' $1 $2

OUT := $(BUILD)/$(PLATFORM)
GUEST := $(BUILD)/guest
LIBFDT := $(GUEST)/libfdt/libfdt.a

arch := head vectors boot cpu stop hypmap stage2 trap guest access emulate \
	decode call psci cp15 svc syscall vector
core := boot console devices devtree format memmap options string
monitor := monitor audit console operator record tag watch calls
platform := qemu-virt:qemu-virt,pl011 vexpress-a15:vexpress-a15,pl011 sunxi-h3:sunxi-h3 \
	exynos5:exynos5 imx7d:imx7d
platforms := $(foreach p,$(platform),$(firstword $(subst :, ,$(p))))

# What a board links: its own file and its UART's; or all files of PLATFORM_DIR.
comma := ,
board := $(subst $(comma), ,$(patsubst $(PLATFORM):%,%,\
	 $(filter $(PLATFORM):%,$(platform))))
board := $(if $(PLATFORM_DIR),$(patsubst $(PLATFORM_DIR)/%.c,platform_dir/%.o,\
	 $(wildcard $(PLATFORM_DIR)/*.c)),$(board:%=platform/%.o))

# A policy is built in, or a file of POLICY_DIR; all files there are taken.
own := $(if $(POLICY_DIR),$(basename $(notdir $(wildcard $(POLICY_DIR)/*.c))))
policies := $(filter-out $(own),$(POLICY))

objects := $(arch:%=arch/arm/%.o) $(core:%=core/%.o) $(monitor:%=monitor/%.o) \
	   $(board) $(policies:%=monitor/policies/%.o) \
	   $(own:%=policy_dir/%.o)
objects := $(objects:%=$(OUT)/%)

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes \
	    -Wstrict-prototypes -Wconversion -Wno-sign-conversion
# No VFP register may be touched: they are the guest's. GCC still wants an FPU for the ABI's tag.
machine := -march=armv7ve $(if $(findstring clang,$(CC)),-mfloat-abi=soft,-mfpu=vfpv3-d16)
CFLAGS := -std=gnu11 -O2 -g -marm $(machine) $(if $(findstring clang,$(CC)),,-mgeneral-regs-only) \
	  -mno-unaligned-access -ffreestanding -fpie -fno-common -fno-strict-aliasing \
	  -fno-stack-protector -fno-asynchronous-unwind-tables \
	  $(if $(findstring clang,$(CC)),,-fno-if-conversion2) \
	  -ffunction-sections -fdata-sections $(WARNINGS)
# The log's header says which policies these are, by a hash of their sources.
policy_files := $(policies:%=monitor/policies/%.c) $(own:%=$(POLICY_DIR)/%.c)
policy_hash := $(shell cat /dev/null $(policy_files) 2>/dev/null | sha256sum | cut -c1-16)
CPPFLAGS := -Iinclude -isystem $(GUEST)/libfdt/include \
	    -DVIGIL_VERSION='"$(VERSION)"' -DVIGIL_POLICY_HASH='"$(policy_hash)"'
LDFLAGS := -pie --no-dynamic-linker -z norelro -z max-page-size=4096 \
	   --gc-sections --no-warn-rwx-segments --no-warn-mismatch \
	   -z noexecstack

.PHONY: all run test bench loc help clean setup-build setup-inspect setup-run setup-test FORCE
.DELETE_ON_ERROR:

all: $(OUT)/uImage

ifeq ($(filter help clean loc,$(MAKECMDGOALS)),)
ifeq ($(board),)
$(if $(PLATFORM_DIR),$(error PLATFORM_DIR '$(PLATFORM_DIR)' has no board: no .c file is in it))
$(error PLATFORM '$(PLATFORM)' is not known; there are: $(platforms))
endif
ifneq ($(POLICY_DIR),)
ifeq ($(own),)
$(error POLICY_DIR '$(POLICY_DIR)' has no policy: no .c file is in it)
endif
endif
missing := $(foreach p,$(policies),$(if $(wildcard monitor/policies/$(p).c),,$(p)))
ifneq ($(strip $(missing)),)
$(error POLICY '$(strip $(missing))' is neither built in nor in POLICY_DIR)
endif
endif

# What is not on a trap's path is better small than fast.
cold := $(filter-out core/string.o core/console.o,$(core:%=core/%.o)) \
	$(patsubst %,monitor/%.o,operator record watch calls) \
	$(board) $(policies:%=monitor/policies/%.o) \
	$(patsubst %,arch/arm/%.o,boot cpu stop hypmap trap psci decode emulate syscall vector)

# Remember what was asked for; what depends on it is built anew when it changes.
define remember
$(OUT)/$1: FORCE
	@mkdir -p $$(@D)
	@echo '$2' | cmp -s - $$@ || echo '$2' > $$@
endef
$(eval $(call remember,.flags,$(CC) $(CFLAGS) $(CPPFLAGS) $(cold)))
$(eval $(call remember,.objects,$(objects) $(POLICY_DIR) $(PLATFORM_DIR)))
$(eval $(call remember,.kernel,$(KERNEL) $(KERNEL_ADDR)))

$(LIBFDT):
	$(Q)tools/setup build
	$(Q)tools/fetch $(GUEST) libfdt

compile = $(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OUT)/%.o: %.c $(OUT)/.flags | $(LIBFDT)
	$(call say,CC,$<)
	$(compile)
$(OUT)/%.o: %.S $(OUT)/.flags | $(LIBFDT)
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(CC) -Iinclude -marm $(machine) -MMD -MP -c -o $@ $<
$(OUT)/platform_dir/%.o: $(PLATFORM_DIR)/%.c $(OUT)/.flags $(OUT)/.objects | $(LIBFDT)
	$(call say,CC,$<)
	$(compile)
$(OUT)/policy_dir/%.o: $(POLICY_DIR)/%.c $(OUT)/.flags $(OUT)/.objects | $(LIBFDT)
	$(call say,CC,$<)
	$(compile)

$(cold:%=$(OUT)/%): CFLAGS += -Os -mthumb
# SipHash's state stays in registers if its rounds are unrolled, and GCC leaves the order as it is.
$(OUT)/monitor/tag.o: CFLAGS += -funroll-loops $(if $(findstring clang,$(CC)),,\
	--param=max-completely-peeled-insns=1000 -fno-tree-reassoc -fno-tree-ter -fno-schedule-insns)

$(OUT)/syscalls.h: tools/syscalls $(OUT)/.flags
	$(call say,GEN,$@)
	$(Q)$< --cc $(CROSS_COMPILE)gcc $@
$(OUT)/monitor/calls.o: $(OUT)/syscalls.h
$(OUT)/monitor/calls.o: CPPFLAGS += -I$(OUT)

# GCC would turn the loops of memmove() and its like into calls of themselves.
$(OUT)/core/string.o: CFLAGS += -fno-builtin \
	$(if $(findstring clang,$(CC)),,-fno-tree-loop-distribute-patterns)

$(OUT)/vigil.elf: $(objects) uImage.lds $(OUT)/.objects
	$(call say,LD,$@)
	$(Q)$(LD) $(LDFLAGS) -T uImage.lds -o $@ $(objects) $(LIBFDT) \
		$$($(CROSS_COMPILE)gcc -marm -print-libgcc-file-name)
	$(Q)if $(CROSS_COMPILE)readelf -rW $@ | grep R_ARM | grep -qv R_ARM_RELATIVE; then \
		echo "$@: relocations that core/boot.c does not know"; exit 1; fi

$(OUT)/vigil.bin: $(OUT)/vigil.elf
	$(Q)$(OBJCOPY) -O binary $< $@

$(OUT)/uImage: $(OUT)/vigil.bin $(OUT)/.kernel $(KERNEL) tools/make-uimage
	$(call say,UIMAGE,$@)
	$(Q)tools/make-uimage --vigil $< --kernel '$(KERNEL)' \
		--addr='$(KERNEL_ADDR)' --name 'Vigil $(VERSION)' $@

include tools/tools.mk tools/vigil-log/vigil-log.mk
-include tests/tests.mk tests/unit/unit.mk tools/bench.mk tools/inspect/inspect.mk tests/log/log.mk

-include $(objects:.o=.d)
