# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Zigbee through zha, with a tap on the raw frames below it for help calls and falls."""
