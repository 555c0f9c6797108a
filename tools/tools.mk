# SPDX-License-Identifier: BSD-2-Clause
# Running, testing and counting: what needs more than the cross compiler.

# What a board has: its CPUs, the guest's console, the real-time clock that is watched.
SMP ?= $(or $(SMP_$(PLATFORM)),4)
SMP_vexpress-a15 := 2
SMP_imx7d := 2
MEM ?= 1G
INITRD ?=
DTB ?= $(DTB_$(PLATFORM))
DTB_sunxi-h3 := $(GUEST)/dtbs/sun8i-h3-orangepi-pc.dtb
DTB_vexpress-a15 := $(GUEST)/dtbs/vexpress-v2p-ca15-tc1.dtb
DTB_imx7d := $(GUEST)/dtbs/imx7d-sdb.dtb
APPEND ?= $(or $(APPEND_$(PLATFORM)),console=ttyAMA0) quiet
APPEND_sunxi-h3 := console=ttyS0,115200 root=/dev/mmcblk0p1
APPEND_imx7d := console=ttymxc0,115200
CLOCK_qemu-virt := 0x9010000+0x1000
CLOCK_sunxi-h3 := 0x1f00000+0x400
CLOCK_vexpress-a15 := 0x1c170000+0x1000
KEY ?=
OPTIONS ?= $(if $(filter log,$(POLICY)),log.call=all $(addprefix log.mmio=,$(CLOCK_$(PLATFORM))))
UBOOT ?= orangepi_plus
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
$(GUEST)/u-boot-sunxi/%.bin:
	$(Q)tools/setup run
	$(Q)tools/fetch $(GUEST) sunxi
$(GUEST)/dtbs/%.dtb: | $(GUEST_KERNEL) ;
$(GUEST_INITRD): $(GUEST)/busybox tools/mkinitramfs tools/guest-init
	$(Q)tools/mkinitramfs --dir $(GUEST) $@

# A file that is named is there, or one that a rule here makes.
ifeq ($(filter help clean loc,$(MAKECMDGOALS)),)
$(foreach v,KERNEL INITRD DTB,$(if $(wildcard $($v)),,\
	$(if $(filter-out $(BUILD)/% $(GUEST)/%,$($v)),$(error $v '$($v)': no such file))))
endif

# A word of the shell's, whatever is in it.
quote = '$(subst ','\'',$1)'

# A raw image needs no ramdisk; what the user names is taken as it is.
run_kernel := $(or $(KERNEL),$(GUEST_KERNEL))
run_initrd := $(or $(INITRD),$(if $(KERNEL_ADDR),,$(GUEST_INITRD)))

run sdcard: setup-run
	$(Q)$(MAKE) --no-print-directory KERNEL=$(call quote,$(run_kernel)) $@-now
.PHONY: run-now sdcard sdcard-now
ifeq ($(PLATFORM),sunxi-h3)
card_uboot := $(GUEST)/u-boot-sunxi/$(UBOOT).bin
run-now: sdcard-now
	$(Q)exec tools/run --board=$(PLATFORM) --sdcard=$(OUT)/sdcard.img \
		--smp=$(call quote,$(SMP)) --mem=$(call quote,$(MEM)) \
		--qemu-args=$(call quote,$(QEMU_ARGS))
sdcard-now: $(OUT)/uImage $(run_kernel) $(DTB) $(INITRD) $(card_uboot) $(GUEST)/busybox
	$(call say,SDCARD,$(OUT)/sdcard.img)
	$(Q)tools/mksdcard --uboot=$(card_uboot) --uimage=$< --dtb=$(call quote,$(DTB)) \
		$(if $(INITRD),--initrd=$(call quote,$(INITRD))) --append=$(call quote,$(APPEND)) \
		--options=$(call quote,$(OPTIONS)) $(if $(KEY),--key=$(call quote,$(KEY))) \
		--dir=$(GUEST) $(OUT)/sdcard.img
else
sdcard-now:
	@echo "make sdcard: there is no card for $(PLATFORM); PLATFORM=sunxi-h3 has one"; exit 1
run-now: $(OUT)/uImage $(run_kernel) $(run_initrd) $(DTB)
	$(Q)exec tools/run --board=$(PLATFORM) --uimage=$(OUT)/uImage \
		--smp=$(call quote,$(SMP)) --mem=$(call quote,$(MEM)) \
		$(if $(run_initrd),--initrd=$(call quote,$(run_initrd))) \
		$(if $(DTB),--dtb=$(call quote,$(DTB))) --append=$(call quote,$(APPEND)) \
		--options=$(call quote,$(OPTIONS)) $(if $(KEY),--key=$(call quote,$(KEY))) \
		--qemu-args=$(call quote,$(QEMU_ARGS))
endif

setup-build setup-inspect setup-run setup-test:
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
#? make sdcard          a card's image, with PLATFORM=sunxi-h3: U-Boot, Vigil, kernel, root
#? make test            everything there is to test; TESTS=<words> selects
#? make inspect         would it run on a board? DTB=<its device tree>; docs/boards.md has many
#? make boards          docs/boards.md anew: that of all boards of Debian's kernel
#? make bench           instructions by operation, against their targets
#? make tools           build/tools/vigil-log, for reading the log; see docs/vigil-log.md
#? make install         the same into prefix=/usr/local, beneath DESTDIR=; make uninstall
#? make fuzz            its parser, by libFuzzer, for FUZZ_SECONDS=600
#? make loc             lines of code by folder, against the budget
#? make clean           remove what was built; what was downloaded stays
#?
#? PLATFORM=            the board: qemu-virt, sunxi-h3, vexpress-a15, imx7d, exynos5
#? CONFIG_EARLY_PRINTK= the same, also as Xen names them: vexpress, exynos5250, exynos5410
#? PLATFORM_DIR=        a folder with the files of a board of your own, PLATFORM= its name
#? KERNEL=              a zImage, or a raw image with KERNEL_ADDR=<guest-physical address>
#? POLICY=              built-in policies: "log guard", also lockdown, sysfilter, trace
#? POLICY_DIR=          a folder with policies of your own: each .c file is one
#? CROSS_COMPILE=       arm-linux-gnueabihf-; CC= may be clang; V=1 shows the commands
#?
#? make run also takes
#? OPTIONS=             the monitor's options: "mode=monitor log.mmio=0x9010000+0x1000"
#? KEY=                 32 hexadecimal digits: the log's lines have tags, docs/audit-log.md
#? INITRD= DTB= APPEND= the guest's ramdisk, device tree and command line
#? SMP= MEM=            CPUs (1 to 8) and memory (1G), where the board has a choice
#? UBOOT=               of a card: orangepi_plus or nanopi_neo
#? QEMU_ARGS=           more arguments for QEMU
