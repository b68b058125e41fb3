# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Start of `make peer` (python -m tests.peer)."""

from tests.peer.run import main

if __name__ == "__main__":
    main()
