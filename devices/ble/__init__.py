# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bluetooth Low Energy: encrypted BTHome advertisements, heard through the real BlueZ."""
