# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The resident's panel: help with one tap, what is sensed and what is blind, who may see what."""
