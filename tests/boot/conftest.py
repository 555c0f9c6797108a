# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures: a log file for each test, and the images that tests boot."""

import re

import pytest

import vigil


@pytest.fixture
def log(request):
    """The serial log of the test, kept after it."""
    folder = vigil.TEST / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    module = request.module.__name__.removeprefix("test_")
    name = re.sub(r"[^\w.=+-]+", "_", f"{module}-{request.node.name.removeprefix('test_')}")
    path = folder / f"{name[:120]}.log"
    path.write_bytes(b"")
    return path


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failing test says where its log is, and how that ends."""
    report = (yield).get_result()
    path = item.funcargs.get("log") if hasattr(item, "funcargs") else None
    if report.when == "call" and report.failed and path:
        tail = path.read_text("latin-1").splitlines()[-30:]
        report.sections.append((f"serial log: {path}", "\n".join(tail)))


@pytest.fixture
def uimage(tmp_path):
    """A maker of uImages: uimage(kernel=..., vigil=...)."""
    def make(**options):
        return vigil.make_uimage(tmp_path / "uImage", **options)
    return make
