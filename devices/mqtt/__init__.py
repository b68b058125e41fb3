# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee devices behind zigbee2mqtt, received from an MQTT broker."""
