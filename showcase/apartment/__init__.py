# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The simulated flat: rooms to walk about in, devices that notice, its set-up."""
