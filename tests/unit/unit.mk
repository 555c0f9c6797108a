# SPDX-License-Identifier: BSD-2-Clause
# `make unit-test`: what knows no hardware, as host programs. The sources are
# those of the image, unchanged; what is beneath them is fake_arch.c.

HOSTCC ?= gcc
UNIT := $(BUILD)/unit

unit_tests := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))

# What is linked as it is needed.
unit_sources := $(filter-out core/string.c,$(wildcard core/*.c)) $(wildcard monitor/*.c) \
	$(platforms:%=platform/%.c) $(patsubst %,arch/arm/%.c,stage2 decode boot syscall) \
	tools/host/vigil_string.c
unit_objects := $(unit_sources:%.c=$(UNIT)/obj/%.o)
unit_fake := $(UNIT)/obj/tests/unit/fake_arch.o
unit_policies := $(patsubst %,$(UNIT)/obj/monitor/policies/%.o,log guard sysfilter trace)

# Static arrays lie below 4 GiB, as addresses in page tables must.
UNIT_CFLAGS := -std=gnu11 -O1 -g -fno-pie -fno-common -fno-strict-aliasing -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-stack-protector \
	-Wall -Wextra -Wno-format -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast \
	-Wno-clobbered -Wno-attributes
UNIT_CPPFLAGS := -Iinclude -Iarch/arm -Itests/unit -Itools/host -I$(UNIT) -I. \
	-DVIGIL_VERSION='"$(VERSION)"' -DVIGIL_POLICY_HASH='"$(policy_hash)"'
UNIT_LDFLAGS := -no-pie -fsanitize=address,undefined -Wl,-T,tests/unit/host.lds \
	-Wl,--no-warn-rwx-segments -Wl,-z,noexecstack -pthread
unit_compile = $(Q)mkdir -p $(@D) && $(HOSTCC) $(UNIT_CPPFLAGS) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

# Their string functions are Vigil's own, by names that leave the host's alone.
$(unit_objects) $(unit_policies): UNIT_CFLAGS += -include tools/host/names.h
$(UNIT)/obj/arch/arm/boot.o $(UNIT)/obj/arch/arm/stage2.o: UNIT_CFLAGS += -include tests/unit/fake_sysreg.h
# One board is the image's, and a test may put another in its place; the others have their names.
$(UNIT)/obj/platform/qemu-virt.o: UNIT_CPPFLAGS += -Dconst=
$(patsubst %,$(UNIT)/obj/platform/%.o,$(filter-out qemu-virt,$(platforms))): \
	UNIT_CPPFLAGS += -Dplatform=platform_$(subst -,_,$(basename $(@F)))
$(UNIT)/obj/tools/host/vigil_string.o: UNIT_CFLAGS += -fno-builtin \
	-fno-tree-loop-distribute-patterns

$(UNIT)/obj/%.o: %.c tests/unit/unit.mk | setup-test
	$(call say,HOSTCC,$<)
	$(unit_compile)

$(UNIT)/libvigil.a: $(unit_objects)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(UNIT)/decode_cases.h: tests/unit/gen_decode_cases.py | setup-test
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)python3 $< --cc $(CROSS_COMPILE)gcc --objcopy $(OBJCOPY) $@
$(UNIT)/obj/tests/unit/test_decode.o: $(UNIT)/decode_cases.h

$(UNIT)/syscalls.h: tools/syscalls | setup-test
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$< --cc $(CROSS_COMPILE)gcc $@
$(UNIT)/obj/monitor/calls.o: $(UNIT)/syscalls.h
$(UNIT)/register_cases.h: tests/unit/gen_register_cases.py | setup-test
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)python3 $< --cc $(CROSS_COMPILE)gcc --objcopy $(OBJCOPY) $@
$(UNIT)/obj/tests/unit/test_registers.o: $(UNIT)/register_cases.h

# QEMU's own device tree; those of boards are there once a kernel has been fetched.
$(UNIT)/virt.dtb: tests/unit/unit.mk | setup-test
	@mkdir -p $(@D)
	$(call say,DTB,$@)
	$(Q)qemu-system-arm -M virt,virtualization=on,dumpdtb=$@ -cpu cortex-a15 -smp 4 -m 1G \
		-display none -net none 2>$@.log || { cat $@.log; exit 1; }

$(unit_tests:%=$(UNIT)/%): $(UNIT)/%: $(UNIT)/obj/tests/unit/%.o $(unit_fake) $(UNIT)/libvigil.a \
		tests/unit/host.lds
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) $(UNIT_LDFLAGS) -o $@ $(filter %.o,$^) $(UNIT)/libvigil.a -lcmocka -l:libfdt.a
$(UNIT)/test_policies: $(unit_policies)

# The example of docs/policy.md, by the command that stands there.
$(UNIT)/test_rtcguard: docs/policy.md docs/examples/host/test_rtcguard.c docs/examples/rtcguard.c \
		monitor/monitor.c monitor/watch.c core/string.c $(wildcard include/*.h include/vigil/*.h) \
		tests/unit/unit.mk | setup-test
	@mkdir -p $(@D)
	$(call say,HOSTLD,$@)
	$(Q)sed -n '/^gcc /,/-lcmocka$$/p' $< | sed 's|build/test_rtcguard|$@|' | sh

# One test's failure keeps no other from running: it is in the log's last line.
unit_programs := $(unit_tests) test_rtcguard
.PHONY: unit-test $(unit_programs:%=unit-%)
$(unit_programs:%=unit-%): unit-%: $(UNIT)/% $(UNIT)/virt.dtb
	$(Q)VIGIL_VIRT_DTB=$(UNIT)/virt.dtb VIGIL_DTBS=$(GUEST)/dtbs tests/unit/run $<

unit-test: $(unit_programs:%=unit-%)
	$(Q)tests/unit/run --sum $(unit_programs:%=$(UNIT)/%)

-include $(unit_objects:.o=.d) $(unit_policies:.o=.d) $(unit_fake:.o=.d) \
	$(unit_tests:%=$(UNIT)/obj/tests/unit/%.d)
