# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong in a settings file: the file, the key, and what was expected there."""
