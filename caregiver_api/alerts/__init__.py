# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alerts of the flats: taken in, escalated, delivered, accepted and closed."""
