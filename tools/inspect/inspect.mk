# SPDX-License-Identifier: BSD-2-Clause
# `make inspect DTB=FILE`: would it run there? A program of the host's, of the monitor's sources.

HOSTCC ?= gcc
INSPECT := $(BUILD)/inspect

# All boards of the Makefile, and their UARTs.
inspect_boards := $(sort $(foreach p,$(platform),$(subst $(comma), ,$(lastword $(subst :, ,$(p))))))
inspect_objects := $(addprefix $(INSPECT)/,tools/inspect/inspect.o tools/inspect/tree.o \
	core/devtree.o core/memmap.o core/format.o tools/host/vigil_string.o \
	$(inspect_boards:%=platform/%.o))

INSPECT_CFLAGS := -std=gnu11 -O1 -g -fno-pie -fno-common -fno-strict-aliasing \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-stack-protector \
	-Wall -Wextra -Werror -Wshadow -Wno-format -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast \
	-Wno-clobbered -Wno-attributes
INSPECT_CPPFLAGS := -Iinclude

# Their string functions are Vigil's own, and each board has a name of its own.
$(INSPECT)/core/%.o $(INSPECT)/tools/host/%.o: INSPECT_CPPFLAGS += -include tools/host/names.h
$(INSPECT)/tools/host/vigil_string.o: INSPECT_CFLAGS += -fno-builtin
$(INSPECT)/tools/inspect/tree.o: INSPECT_CPPFLAGS += \
	-DPLATFORMS='$(foreach p,$(platforms),PLATFORM($(subst -,_,$(p))))'
$(INSPECT)/tools/inspect/tree.o: Makefile
$(INSPECT)/platform/%.o: INSPECT_CPPFLAGS += -Dplatform=platform_$(subst -,_,$(notdir $*))

$(INSPECT)/%.o: %.c tools/inspect/inspect.mk | setup-inspect
	$(call say,HOSTCC,$<)
	$(Q)mkdir -p $(@D) && $(HOSTCC) $(INSPECT_CPPFLAGS) $(INSPECT_CFLAGS) -MMD -MP -c -o $@ $<
$(INSPECT)/inspect: $(inspect_objects)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^ -l:libfdt.a

.PHONY: inspect boards
inspect: $(INSPECT)/inspect
	@[ -n '$(DTB)' ] || { echo 'make inspect: give DTB=, a device tree'; exit 1; }
	@$< '$(DTB)'

# The table of all boards of Debian's kernel whose CPU has Hyp mode.
boards: $(INSPECT)/inspect | $(GUEST_KERNEL)
	$(call say,GEN,docs/boards.md)
	$(Q)tools/inspect/table $< $(GUEST)/dtbs >$(INSPECT)/boards.md
	$(Q)cp $(INSPECT)/boards.md docs/boards.md

-include $(inspect_objects:.o=.d)
