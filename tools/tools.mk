# SPDX-License-Identifier: BSD-2-Clause
# Running, testing and counting: what needs more than the cross compiler.

SMP ?= 4
MEM ?= 1G
INITRD ?=
DTB ?=
APPEND ?= console=ttyAMA0 quiet
OPTIONS ?= $(if $(filter log,$(POLICY)),log.call=all log.mmio=0x9010000+0x1000)
QEMU_ARGS ?=

GUEST_KERNEL := $(GUEST)/vmlinuz-armmp
GUEST_INITRD := $(BUILD)/initramfs.gz

$(GUEST_KERNEL):
	$(Q)tools/setup run
	$(Q)tools/fetch $(GUEST) armmp
$(GUEST)/vmlinuz-armmp-lpae:
	$(Q)tools/fetch $(GUEST) armmp-lpae
$(GUEST)/busybox:
	$(Q)tools/fetch $(GUEST) busybox
$(GUEST_INITRD): $(GUEST)/busybox tools/mkinitramfs tools/guest-init
	$(Q)tools/mkinitramfs --dir $(GUEST) $@

# A raw image needs no ramdisk; what the user names is taken as it is.
run_kernel := $(or $(KERNEL),$(GUEST_KERNEL))
run_initrd := $(or $(INITRD),$(if $(KERNEL_ADDR),,$(GUEST_INITRD)))

run: setup-run
	$(Q)$(MAKE) --no-print-directory KERNEL='$(run_kernel)' run-now
.PHONY: run-now
run-now: $(OUT)/uImage $(run_kernel) $(run_initrd)
	$(Q)exec tools/run --uimage $(OUT)/uImage --smp '$(SMP)' --mem '$(MEM)' \
		$(if $(run_initrd),--initrd '$(run_initrd)') \
		$(if $(DTB),--dtb '$(DTB)') --append '$(APPEND)' \
		--options '$(OPTIONS)' --qemu-args '$(QEMU_ARGS)'

setup-build setup-run setup-test:
	$(Q)tools/setup $(@:setup-%=%)

# cloc's code lines of all that is linked into the image.
LOC_DIRS := arch core monitor platform include
LOC_MAX := 4000

loc:
	@command -v cloc >/dev/null || tools/setup test
	@total=0; for dir in $(LOC_DIRS); do \
		n=$$(cloc --quiet --csv $$dir | awk -F, '/SUM|^[0-9]/ { n = $$NF } END { print n }'); \
		printf '  %-10s %5d\n' $$dir $$n; total=$$((total + n)); done; \
	printf '  %-10s %5d of %d\n' total $$total $(LOC_MAX); \
	[ $$total -le $(LOC_MAX) ] || { echo 'make loc: over the budget'; exit 1; }

clean:
	$(Q)rm -rf $(filter-out $(GUEST),$(wildcard $(BUILD)/* $(BUILD)/.[a-z]*))

help:
	@sed -n 's/^#? \{0,1\}//p' tools/tools.mk

#? make                 build/<platform>/uImage, with KERNEL=<zImage> inside it
#? make run             boot Debian beneath Vigil on QEMU, to a shell
#? make test            everything there is to test; TESTS=<words> selects
#? make bench           instructions by operation, against their targets
#? make tools           build/tools/vigil-log, for reading the log; see docs/vigil-log.md
#? make install         the same into prefix=/usr/local, beneath DESTDIR=; make uninstall
#? make fuzz            its parser, by libFuzzer, for FUZZ_SECONDS=600
#? make loc             lines of code by folder, against the budget
#? make clean           remove what was built; what was downloaded stays
#?
#? PLATFORM=            the board: qemu-virt; CONFIG_EARLY_PRINTK= selects it as well
#? KERNEL=              a zImage, or a raw image with KERNEL_ADDR=<guest-physical address>
#? POLICY=              built-in policies: "log guard", also lockdown, sysfilter, trace
#? POLICY_DIR=          a folder with policies of your own: each .c file is one
#? CROSS_COMPILE=       arm-linux-gnueabihf-; CC= may be clang; V=1 shows the commands
#?
#? make run also takes
#? OPTIONS=             the monitor's options: "mode=monitor log.mmio=0x9010000+0x1000"
#? INITRD= DTB= APPEND= the guest's ramdisk, device tree and command line
#? SMP= MEM=            CPUs (1 to 8) and memory (1G)
#? QEMU_ARGS=           more arguments for QEMU
