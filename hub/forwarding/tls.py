# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""TLS to the care service, also for a hub that believes it is 1970."""

import ssl
from pathlib import Path
from typing import Final

# X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h); Python names no constant for it.
_NO_CHECK_TIME: Final = 0x200000


class Tls:
    """Certificate checks that ask for the date only while the hub knows it.

    Name, chain and key are always checked; the service's own signed time then repairs the clock.

    Args:
        ca_file: certificate authority of the service, None for the system's.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self.context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._checked = self.context.verify_flags

    def know_the_date(self, *, known: bool) -> None:
        """Check validity dates from now on, or leave them out: OpenSSL asks the machine's clock."""
        flags = int(self._checked)
        self.context.verify_flags = ssl.VerifyFlags(flags if known else flags | _NO_CHECK_TIME)
