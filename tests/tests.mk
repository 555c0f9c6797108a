# SPDX-License-Identifier: BSD-2-Clause
# `make test`: everything. `make test TESTS=hotplug` runs the tests whose names
# say hotplug (pytest -k) and no others.

TESTS ?=
TEST_JOBS ?= 2
PYTEST ?= /usr/bin/python3 -m pytest

TEST := $(BUILD)/test
TEST_FILES := $(TEST)/initramfs.gz $(TEST)/gdb.gz $(TEST)/guest.bin $(addprefix $(TEST)/,\
	shim-svc.bin shim-r2.bin shim-tree.bin shim-timer.bin)

test_init := $(wildcard tests/boot/linux/*)
# A module of the kernel that tests/boot/linux/lockdown loads.
test_module = $(firstword $(wildcard $(GUEST)/modules-armmp/lib/modules/*/kernel/drivers/net/dummy.ko))

$(TEST)/initramfs.gz: $(GUEST)/busybox $(GUEST_KERNEL) tools/mkinitramfs tools/guest-init $(test_init) \
		$(TEST)/states
	@mkdir -p $(@D)
	$(Q)tools/mkinitramfs --dir $(GUEST) $@ $(test_init) $(TEST)/states $(test_module)
$(TEST)/states: tests/kernels/states.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CROSS_COMPILE)gcc -Wall -Wextra -Werror -O1 -static -o $@ $<

# Kernels that Debian does not build. What a clone's files are, and not how old, decides if they are
# built anew; they stay where what was fetched is. Where they cannot be built, their tests fail.
kernel_files := tests/kernels/build $(wildcard tests/kernels/*.config)
kernel_names := thumb2 thumb2-lpae
kernel_images := $(kernel_names:%=$(GUEST)/vmlinuz-%)
$(GUEST)/.kernels: FORCE
	@mkdir -p $(@D)
	@cat $(kernel_files) | cmp -s - $@ || cat $(kernel_files) > $@
$(kernel_images) &: $(GUEST)/.kernels
	$(Q)tools/setup test
	$(Q)tools/fetch $(GUEST) source
	$(Q)CROSS_COMPILE=$(CROSS_COMPILE) tests/kernels/build $(GUEST) $(TEST)/kernels $(kernel_names) || \
		rm -f $(kernel_images)

# A debugger, for tests/boot/linux/gdb.
$(GUEST)/gdb/usr/bin/gdb:
	$(Q)tools/fetch $(GUEST) gdb
$(TEST)/debuggee: tests/boot/gdb/debuggee.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CROSS_COMPILE)gcc -Wall -Wextra -Werror -g -O1 -marm -static -o $@ $<
$(TEST)/gdb.gz: $(GUEST)/gdb/usr/bin/gdb $(GUEST)/busybox $(TEST)/debuggee tools/mkinitramfs \
		tools/guest-init $(wildcard tests/boot/gdb/*) tests/boot/linux/gdb
	$(Q)tools/mkinitramfs --dir $(GUEST) $@ tests/boot/linux/gdb tests/boot/gdb/commands \
		$(TEST)/debuggee $(GUEST)/gdb/usr:/usr $(GUEST)/gdb/lib:/lib

# Bare-metal guests: one image, /chosen/bootargs says which tests it runs.
guest_objects := $(patsubst tests/guest/%,$(TEST)/guest/%.o,\
	$(filter-out %/shim.S,$(wildcard tests/guest/*.[cS])))

GUEST_CFLAGS := -std=gnu11 -O2 -g -marm -march=armv7ve -mfpu=vfpv3-d16 -mgeneral-regs-only \
	-mno-unaligned-access -ffreestanding -fno-common -fno-builtin -fno-pic \
	-fno-stack-protector -fno-asynchronous-unwind-tables \
	-Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes

$(TEST)/guest/%.o: tests/guest/% tests/tests.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CROSS_COMPILE)gcc $(GUEST_CFLAGS) -MMD -c -o $@ $<
$(TEST)/guest.elf: $(guest_objects) tests/guest/guest.lds
	$(call say,LD,$@)
	$(Q)$(LD) -z noexecstack --no-warn-rwx-segments -T tests/guest/guest.lds -o $@ $(guest_objects) \
		$$($(CROSS_COMPILE)gcc -marm -print-libgcc-file-name)
$(TEST)/guest.bin: $(TEST)/guest.elf
	$(Q)$(OBJCOPY) -O binary $< $@

# What stands before the monitor in a uImage that is to go wrong.
$(TEST)/shim-%.bin: tests/guest/shim.S tests/tests.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS_COMPILE)gcc -marm -march=armv7ve -mfpu=vfpv3-d16 -DSHIM_$* -nostdlib -static -Wl,-N,-Ttext=0,--no-warn-rwx-segments \
		-Wl,-z,noexecstack,--build-id=none -o $(@:.bin=.elf) $<
	$(Q)$(OBJCOPY) -O binary -j .text $(@:.bin=.elf) $@

# The monitor, built in other ways. Each into a place of its own; where that
# fails, so do the tests that boot it, and no others.
test_build = $(MAKE) --no-print-directory BUILD=$(TEST)/$1 GUEST=$(GUEST) KERNEL= KERNEL_ADDR= \
	PLATFORM=$(or $3,$(PLATFORM)) $2 $(TEST)/$1/$(or $3,$(PLATFORM))/vigil.bin || \
	rm -f $(TEST)/$1/$(or $3,$(PLATFORM))/vigil.bin

.PHONY: test-build
test-build: $(TEST_FILES) $(BUILD)/inspect/inspect $(GUEST)/u-boot-sunxi/nanopi_neo.bin $(OUT)/vigil.bin $(GUEST_INITRD) $(GUEST_KERNEL) \
		$(GUEST)/vmlinuz-armmp-lpae $(kernel_images)
	$(Q)$(call test_build,none,POLICY=)
	$(Q)$(call test_build,own,POLICY_DIR=tests/policies)
	$(Q)$(call test_build,calls,POLICY='log guard sysfilter trace')
	$(Q)$(call test_build,lockdown,POLICY='log lockdown')
	$(Q)$(call test_build,all,POLICY='log guard lockdown sysfilter trace')
	$(Q)$(call test_build,boards,POLICY='log guard sysfilter lockdown',sunxi-h3)
	$(Q)$(call test_build,boards,POLICY='log guard sysfilter lockdown',vexpress-a15)
	$(Q)$(call test_build,boards,POLICY='log guard sysfilter lockdown',imx7d)
	$(Q)$(MAKE) --no-print-directory log-test-build
	$(Q)$(call test_build,clang,CC='clang --target=arm-linux-gnueabihf')

test: setup-test
	$(Q)VIGIL_BUILD='$(BUILD)' VIGIL_PLATFORM='$(PLATFORM)' TESTS='$(TESTS)' JOBS='$(TEST_JOBS)' \
		MAKE='$(MAKE)' PYTEST='$(PYTEST)' tests/run

-include $(guest_objects:.o=.d)
