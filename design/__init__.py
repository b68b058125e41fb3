# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the three web faces share: tokens, templates, marks, live updates and the floor plan."""
