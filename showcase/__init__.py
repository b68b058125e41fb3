# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The simulated flat and the visitors' pages, driving the real hub and the real service."""
