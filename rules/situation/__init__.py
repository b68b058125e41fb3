# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is believed now: activity, presence, coverage, private time, wall clock."""
