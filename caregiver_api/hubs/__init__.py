# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Paired hubs: their register, their signatures, the answers on their way down."""
