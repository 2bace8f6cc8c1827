"""Where a cluster is: the machine and the port of its head, as a person types them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

PORT: Final = 6379  # what `ray start --head` listens on unless told otherwise
FORM: Final = "write HOST:PORT, for example 192.168.1.20:6379"
_WRITTEN: Final = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port.

    Example: `Address.read("head")` is `Address("head", 6379)`, and reads `head:6379` as a text.
    """

    host: str
    port: int = PORT

    @classmethod
    def read(cls, text: str) -> Address:
        """Return the address that a person typed.

        Raises:
            ValueError: it is none; the text says why and what one looks like.
        """
        scheme, found, _ = text.strip().partition("://")
        if found:
            raise ValueError(f"a cluster's address has no {scheme}:// in front: {FORM}")
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise ValueError(f"{text.strip()!r} is no address: {FORM}")
        port = int(written["port"] or PORT)
        if not 0 < port < 65536:
            raise ValueError(f"there is no port {port}: {FORM}")
        return cls(written["host"].strip("[]"), port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"
