# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee sensors behind a zigbee2mqtt of their own: a second, equal way into the hub."""
