# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pure core: events in, verdicts out, with no input or output of its own."""
