# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From an event to the new situation and what occurred: one file a noun, one table of all."""
