# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The care service: takes alerts in, finds someone who comes, and says so to the flat."""
