# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`tohuus hub`, `api` and `doctor`: the same as `python -m hub` and `python -m caregiver_api`."""

import argparse
import os
import sys
from typing import Final, NoReturn

MODULES: Final = {"hub": ("hub",), "api": ("caregiver_api",), "doctor": ("hub", "--check")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments both programs take."""
    parser.add_argument("--config", metavar="FILE", help="tohuus.toml")


def run(arguments: argparse.Namespace) -> NoReturn:
    """Become the program: its exit code is ours, and a supervisor sees one process."""
    argv = [sys.executable, "-m", *MODULES[arguments.command]]
    if arguments.config:
        argv += ["--config", arguments.config]
    os.execv(sys.executable, argv)  # noqa: S606 - our own interpreter, our own module
