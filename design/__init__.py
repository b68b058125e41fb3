# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The look and the languages of all three faces: tokens, templates, live updates, floor plan."""
