# SPDX-License-Identifier: BSD-2-Clause
# `make bench`: builds of the monitor, guests and a QEMU plugin, for tools/bench.
#
#	make bench TRACE=mmio_log     where that figure's instructions go

TRACE ?=
HOST_CC ?= gcc
BENCH := $(BUILD)/bench

# What it was built with may change between two runs, so each build is a make of its own.
bench_none := POLICY= POLICY_DIR=
bench_default := POLICY='log guard' POLICY_DIR=
bench_watch := POLICY= POLICY_DIR=tests/bench/policies
bench_lockdown := POLICY=lockdown POLICY_DIR=
bench_filter := POLICY='lockdown sysfilter' POLICY_DIR=
bench_builds := none default watch lockdown filter

# Guest and build; those that tools/bench names.
bench_guests := hvc-none hvc-default mmio-watch console-watch look-watch memory-default svc-watch \
	sysreg-watch
bench_boots := none lockdown filter watch
bench_images := $(bench_guests:%=$(BENCH)/%.uimg) $(bench_boots:%=$(BENCH)/linux-%.uimg) \
	$(BENCH)/native.uimg

.PHONY: bench-now $(bench_builds:%=bench-build-%)
# The host's compiler and its headers are in the set for tests.
bench: setup-run
	$(Q)echo '#include <stdio.h>' | $(HOST_CC) -E -x c - >/dev/null 2>&1 || tools/setup test
	$(Q)$(MAKE) --no-print-directory bench-now
bench-now: $(bench_images) $(BENCH)/count.so $(GUEST_INITRD)
	$(Q)tools/bench --dir $(BENCH) --initrd $(GUEST_INITRD) --json $(BUILD)/bench.json \
		--cross $(CROSS_COMPILE) $(if $(TRACE),--trace $(TRACE) --lines)

$(bench_builds:%=bench-build-%): bench-build-%: | $(LIBFDT)
	$(call say,BUILD,$(BENCH)/$*)
	$(Q)mkdir -p $(BENCH)/$*
	$(Q)$(MAKE) --no-print-directory BUILD=$(BENCH)/$* GUEST=$(GUEST) PLATFORM=qemu-virt \
		KERNEL= KERNEL_ADDR= $(bench_$*) all >$(BENCH)/$*/log 2>&1 || \
		{ cat $(BENCH)/$*/log; exit 1; }
$(bench_builds:%=$(BENCH)/%/qemu-virt/vigil.bin): $(BENCH)/%/qemu-virt/vigil.bin: bench-build-% ;

# Not removed when done.
.SECONDARY: $(foreach i,hvc mmio console look memory svc sysreg,$(BENCH)/$i.o $(BENCH)/$i.bin)
$(BENCH)/%.o: tests/bench/%.S tests/bench/guest.inc
	@mkdir -p $(@D)
	$(Q)$(CC) -marm -march=armv7ve -mfpu=vfpv3-d16 -c -o $@ $<
$(BENCH)/%.bin: $(BENCH)/%.o tests/bench/guest.lds
	$(Q)$(LD) -T tests/bench/guest.lds --no-warn-mismatch -o $(@:.bin=.elf) $<
	$(Q)$(OBJCOPY) -O binary $(@:.bin=.elf) $@

define bench_image
$(BENCH)/$1.uimg: $(BENCH)/$(firstword $(subst -, ,$1)).bin \
		  $(BENCH)/$(lastword $(subst -, ,$1))/qemu-virt/vigil.bin tools/make-uimage
	$$(Q)tools/make-uimage --vigil $(BENCH)/$(lastword $(subst -, ,$1))/qemu-virt/vigil.bin \
		--kernel $$< --addr 0x40100000 --name '$1' $$@
endef
$(foreach i,$(bench_guests),$(eval $(call bench_image,$i)))

$(bench_boots:%=$(BENCH)/linux-%.uimg): $(BENCH)/linux-%.uimg: $(BENCH)/%/qemu-virt/vigil.bin \
		$(GUEST_KERNEL) tools/make-uimage
	$(Q)tools/make-uimage --vigil $< --kernel $(GUEST_KERNEL) --name linux-$* $@
# In the same place as beneath Vigil: a kernel that starts elsewhere first moves itself.
$(BENCH)/native.uimg: $(GUEST_KERNEL)
	@mkdir -p $(@D)
	$(Q)SOURCE_DATE_EPOCH=0 mkimage -A arm -O linux -T kernel_noload -C none -a 0 -e 0 \
		-n native -d $< $@ >/dev/null

# QEMU 9 raised the oldest version of the interface that it takes.
bench_qemu = $(shell qemu-system-arm --version 2>/dev/null | sed -n '1s/.*version \([0-9]*\).*/\1/p')
bench_api = $(if $(filter 4 5 6 7 8,$(bench_qemu)),1,2)
$(BENCH)/count.so: tests/bench/count.c FORCE
	@mkdir -p $(@D)
	@echo '$(HOST_CC) $(bench_api)' | cmp -s - $(BENCH)/.api || \
		{ echo '$(HOST_CC) $(bench_api)' >$(BENCH)/.api; rm -f $@; }
	$(Q)[ $@ -nt $< ] || $(HOST_CC) -std=gnu11 -O2 -Wall -Wextra \
		-fPIC -shared -fvisibility=hidden -DPLUGIN_API=$(bench_api) -o $@ $<
