# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: one figure again, by its name: `python -m tests.bench pulls --pulls 1000`."""

import runpy
import sys
from pathlib import Path

NAMES = sorted(
    one.stem
    for one in Path(__file__).parent.glob("*.py")
    if 'if __name__ == "__main__"' in one.read_text() and one.name != "__main__.py"
)

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.exit(f"tests.bench: expected one of {', '.join(NAMES)}")
    del sys.argv[0]
    runpy.run_module(f"tests.bench.{sys.argv[0]}", run_name="__main__", alter_sys=True)
