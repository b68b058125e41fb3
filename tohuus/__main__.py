# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line: one name a job, each loaded only when it is called."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Final

WRONG_USE: Final = 2

# Name -> (module with `add_arguments(parser)` and `run(arguments) -> int`, one line of help).
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("tohuus.demo", "the whole system with a simulated resident, or one story of it"),
    "hub": ("tohuus.programs", "the hub: what runs in the flat"),
    "api": ("tohuus.programs", "the care service"),
    "replay": ("tohuus.replay", "a recorded home through the shipped rules"),
    "doctor": ("tohuus.programs", "what is well here and what is not; starts nothing"),
    "devices": ("tohuus.devices", "what a running hub hears, and what is silent"),
    "audit": ("tohuus.audit", "whether the record of who did what is unchanged"),
    "export": ("tohuus.export", "journal, incidents or audit of the hub as CSV or JSON"),
    "check-config": ("tohuus.check_config", "read tohuus.toml and the apartment file, and check"),
}


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """Make the parser; only the chosen command's own arguments are loaded."""
    top = argparse.ArgumentParser(prog="tohuus", description="A home that notices and asks first.")
    top.add_argument("--version", action="version", version=metadata.version("tohuus"))
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, line) in COMMANDS.items():
        one = commands.add_parser(name, help=line, description=line)
        if name == chosen:
            importlib.import_module(module).add_arguments(one)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 not fulfilled, 2 wrong use."""
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in words if word in COMMANDS), None)
    arguments = parser(chosen).parse_args(words)
    module = importlib.import_module(COMMANDS[arguments.command][0])
    code = module.run(arguments)
    assert isinstance(code, int), "a command returns its exit code"
    return code


if __name__ == "__main__":
    sys.exit(main())
