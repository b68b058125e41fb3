# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings, clock, randomness, lock and web server of the hub's process."""
