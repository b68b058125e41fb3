# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The process in the flat: journal, rules, questions, consent gate, outbox and panel."""
