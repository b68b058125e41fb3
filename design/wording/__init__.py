# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that several faces share, once: each verdict kind a file, and the names of things."""

from design.wording.wording import VerdictWords, Wording, shipped

__all__ = ["VerdictWords", "Wording", "shipped"]
