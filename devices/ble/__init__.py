# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bluetooth Low Energy: advertisements received through BlueZ, opened by a table of formats."""
