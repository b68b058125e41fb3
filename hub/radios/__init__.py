# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The radios of one flat: made from settings, supervised, started again after a loss."""
