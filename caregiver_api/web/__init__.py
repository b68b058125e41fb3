# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The carers' face: log-in, alarms on the phone, the lead's pages for flats, people, chains."""
