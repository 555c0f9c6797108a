# SPDX-License-Identifier: BSD-2-Clause
# `make tools`: vigil-log, with the host's compiler. All built-in policies are linked in, and those
# of POLICY_DIR: `vigil-log replay` runs them as they are.

HOSTCC ?= gcc
HOSTCFLAGS ?= -O2 -g
prefix ?= /usr/local
DESTDIR ?=
bindir ?= $(prefix)/bin
mandir ?= $(prefix)/share/man
bashdir ?= $(prefix)/share/bash-completion/completions
zshdir ?= $(prefix)/share/zsh/site-functions

VLOG := $(BUILD)/tools
vlog_dir := tools/vigil-log

# An own policy takes the place of a built-in one of its name, as in the image.
vlog_policies := $(filter-out $(own),$(basename $(notdir $(wildcard monitor/policies/*.c))))
vlog_monitor := $(vlog_policies:%=monitor/policies/%) monitor/monitor monitor/watch monitor/calls \
	core/string core/format $(vlog_dir)/replay-arch
vlog_host := $(patsubst %.c,%,$(filter-out %/replay-arch.c,$(wildcard $(vlog_dir)/*.c)))

vlog_monitor_objects := $(vlog_monitor:%=$(VLOG)/obj/%.o) $(own:%=$(VLOG)/obj/policy_dir/%.o)
vlog_objects := $(vlog_host:%=$(VLOG)/obj/%.o) $(vlog_monitor_objects)

VLOG_CFLAGS := -std=gnu11 -fno-common -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes
VLOG_CPPFLAGS := -D_GNU_SOURCE -Iinclude -I$(vlog_dir) -I$(VLOG) -DVIGIL_VERSION='"$(VERSION)"'
VLOG_LDFLAGS := -Wl,--defsym=linked_policies='ADDR(.policies)' \
	-Wl,--defsym=linked_policies_end='ADDR(.policies)+SIZEOF(.policies)' \
	-Wl,--defsym=__policies_start=__start_used_policies \
	-Wl,--defsym=__policies_end=__stop_used_policies -Wl,-z,noexecstack

# Their printing knows widths of its own, and they bring their string functions along.
$(vlog_monitor_objects): VLOG_CFLAGS := -std=gnu11 -fno-common -fno-strict-aliasing -fno-builtin \
	$(if $(findstring clang,$(HOSTCC)),,-fno-tree-loop-distribute-patterns) \
	-fno-stack-protector -Wall -Wextra -Wno-format -Wno-attributes \
	-include tools/host/names.h

vlog_compile = $(Q)mkdir -p $(@D) && \
	$(HOSTCC) $(VLOG_CPPFLAGS) $(VLOG_CFLAGS) $(HOSTCFLAGS) -MMD -MP -c -o $@ $<

$(VLOG)/obj/%.o: %.c $(VLOG)/.flags
	$(call say,HOSTCC,$<)
	$(vlog_compile)
$(VLOG)/obj/policy_dir/%.o: $(POLICY_DIR)/%.c $(VLOG)/.flags
	$(call say,HOSTCC,$<)
	$(vlog_compile)

$(VLOG)/syscalls.h: tools/syscalls $(VLOG)/.flags
	$(call say,GEN,$@)
	$(Q)$< --cc $(CROSS_COMPILE)gcc $@
$(VLOG)/obj/monitor/calls.o $(VLOG)/obj/$(vlog_dir)/names.o: $(VLOG)/syscalls.h

$(VLOG)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(HOSTCC) $(VLOG_CFLAGS) $(HOSTCFLAGS) $(VERSION) $(POLICY_DIR) $(own)' | cmp -s - $@ || \
		echo '$(HOSTCC) $(VLOG_CFLAGS) $(HOSTCFLAGS) $(VERSION) $(POLICY_DIR) $(own)' >$@

$(VLOG)/vigil-log: $(vlog_objects)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) $(HOSTCFLAGS) $(VLOG_LDFLAGS) $(HOSTLDFLAGS) -o $@ $^ -lm

.PHONY: tools install uninstall setup-tools
setup-tools:
	$(Q)tools/setup tools
tools: setup-tools
	$(Q)$(MAKE) --no-print-directory $(VLOG)/vigil-log

install: tools
	install -D -m 755 $(VLOG)/vigil-log $(DESTDIR)$(bindir)/vigil-log
	install -D -m 644 $(vlog_dir)/vigil-log.1 $(DESTDIR)$(mandir)/man1/vigil-log.1
	install -D -m 644 $(vlog_dir)/vigil-log.bash $(DESTDIR)$(bashdir)/vigil-log
	install -D -m 644 $(vlog_dir)/_vigil-log $(DESTDIR)$(zshdir)/_vigil-log

uninstall:
	rm -f $(DESTDIR)$(bindir)/vigil-log $(DESTDIR)$(mandir)/man1/vigil-log.1 \
		$(DESTDIR)$(bashdir)/vigil-log $(DESTDIR)$(zshdir)/_vigil-log

-include $(vlog_objects:.o=.d)
