# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first engine and its rules; the detectors of `rules.detectors` replace it."""
