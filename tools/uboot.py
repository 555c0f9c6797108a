# SPDX-License-Identifier: BSD-2-Clause
"""What tools/run and tools/mksdcard share: U-Boot's shell and its scripts."""

import argparse
import os
import re
import subprocess
import sys


def die(message, code=1):
    """End with one line."""
    sys.exit(fail(message, code))


def fail(message, code=1):
    """Print one line, return the exit code."""
    print(f"tools/{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr)
    return code


class Parser(argparse.ArgumentParser):
    """One that says what is wrong in a line, as all else here does."""

    def __init__(self, **kwargs):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def error(self, message):
        die(f"{message.removeprefix('argument ')}; --help tells more")


def read_key(text):
    """Return the bytes of the log's first key; none if none is given."""
    if text and not re.fullmatch(r"[0-9a-fA-F]{32}", text):
        die("--key: give 32 hexadecimal digits")
    return bytes.fromhex(text or "")


def check_file(option, path, magic=None):
    """Return the size of a file that exists and, given a magic, looks right."""
    try:
        with open(path, "rb") as file:
            head = file.read(512)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        die(f"{option} '{path}': {error.strerror}")
    if size == 0:
        die(f"{option} '{path}' is empty")
    if magic:
        offset, value, kind = magic
        if head[offset:offset + 4] != value:
            die(f"{option} '{path}' is not a {kind}")
    return size


DTB = (0, b"\xd0\x0d\xfe\xed", "device tree")
UIMAGE = (0, b"\x27\x05\x19\x56", "uImage")
ZIMAGE = (0x24, b"\x18\x28\x6f\x01", "zImage")


def quote(text):
    """Quote a string for U-Boot's shell, or return None where it cannot be done.

    Between single quotes all is literal but a backslash, and there is no way to
    put a single quote."""
    return None if "'" in text or "\\" in text else f"'{text}'"


def set_bytes(path, name, data):
    """Return the U-Boot command that sets a property to bytes."""
    return f"fdt set {path} {name} '[" + " ".join(f"{byte:02x}" for byte in data) + "]'"


def set_string(path, name, text):
    """Return the U-Boot command that sets a string property."""
    value = quote(text)
    # "<" and "[" would start a list of cells or bytes, and an empty word gets lost.
    if value is None or text[:1] in ("<", "[", ""):
        return set_bytes(path, name, text.encode() + b"\0")
    return f"fdt set {path} {name} {value}"


def set_bootargs(text):
    """Return the U-Boot command that sets the guest's command line."""
    # U-Boot copies its variable into the tree, and leaves the tree's alone
    # when there is none.
    value = quote(text)
    return set_string("/chosen", "bootargs", text) if value is None else f"setenv bootargs {value}"


def write_script(text, source, out):
    """Write a script for `source` of U-Boot's shell; what it is made of stays beside it."""
    with open(source, "w", encoding="ascii") as file:
        file.write(text)
    result = subprocess.run(
        ["mkimage", "-A", "arm", "-T", "script", "-C", "none", "-n", "boot", "-d", source, out],
        env={"SOURCE_DATE_EPOCH": "0", **os.environ}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if result.returncode:
        die("mkimage: " + result.stdout.decode(errors="replace").strip().replace("\n", "; "))
