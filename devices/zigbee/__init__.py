# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee: zha above, a raw tap below it for everything that may be an emergency."""
