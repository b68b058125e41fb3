# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a sighting to a durable conclusion: inlet, commits, crash recovery, public trace."""
