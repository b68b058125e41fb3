# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be said of a flat: events, verdicts, incidents, consent, the flat itself."""
