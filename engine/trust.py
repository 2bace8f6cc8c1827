"""Which Python the user has seen and trusted: a record in their own data folder, signed with a key that lies there too.

A graph may come from anyone, and a node that carries Python is a program. So the engine runs such code only if exactly
this text stands in the record; nothing that a graph file says can put it there, and a record copied from elsewhere has
another signature. A changed letter is another text.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from engine.atomic import write_atomically
from engine.catalogue import Catalogue
from engine.document import Document
from engine.places import data_folder
from engine.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of Python in a graph: the node and parameter that carry it, and its text."""

    node: str
    field: str
    text: str


class Trust:
    """The user's record of trusted texts.

    Example: `Trust(folder).give("x = 1")` makes `Trust(folder).holds("x = 1")` true, and of `"x = 2"` still false.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Read the record in `folder`; by default in the user's data folder, or the one that `RLFLOW_DATA` names."""
        self.folder = folder or data_folder()

    def holds(self, text: str) -> bool:
        """Whether exactly this text is trusted."""
        signed, key = self._record().get(_digest(text), ""), self._key()
        return bool(key) and hmac.compare_digest(signed.encode("utf-8", "replace"), _signature(key, text).encode())

    def give(self, text: str) -> None:
        """Trust exactly this text from now on.

        Raises:
            OSError: the record cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        record = {**self._record(), _digest(text): _signature(self._key() or self._new_key(), text)}
        write_atomically(self.folder / "trusted.json", json.dumps(record, indent=2, sort_keys=True).encode() + b"\n")

    def _record(self) -> dict[str, str]:
        try:
            record = json.loads((self.folder / "trusted.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return {str(digest): str(signed) for digest, signed in record.items()} if isinstance(record, dict) else {}

    def _key(self) -> bytes:
        """Return the key; nothing if there is none, or it cannot be read: then nothing is trusted."""
        try:
            return (self.folder / "trust.key").read_bytes()
        except OSError:
            return b""

    def _new_key(self) -> bytes:
        """Make a key that nobody else can read, whole from the start; of two made at once the later one stays."""
        made = self.folder / f".trust.key.{secrets.token_hex(4)}.tmp"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(secrets.token_bytes(32))
        os.replace(made, self.folder / "trust.key")
        return self._key()


def code_in(document: Document, catalogue: Catalogue) -> tuple[Code, ...]:
    """Return the Python that the nodes of a graph carry, leaving out what an operator has by default."""
    found = []
    for node in document.nodes:
        spec = catalogue.spec(node.type)
        for param in spec.params if spec else ():
            text = node.params.get(param.name, param.default)
            if param.editor == "code" and isinstance(text, str) and text != param.default:
                found.append(Code(node.id, param.name, text))
    return tuple(found)


def untrusted(document: Document, catalogue: Catalogue, trust: Trust | None = None) -> tuple[Code, ...]:
    """Return the Python in a graph that the user has not trusted."""
    code = code_in(document, catalogue)
    record = (trust or Trust()) if code else None
    return tuple(piece for piece in code if record and not record.holds(piece.text))


def problem(piece: Code, file: str = "FILE") -> Problem:
    """Return what keeps the graph in `file` from running: this code."""
    what = "this node carries Python that you have not trusted"
    return Problem(Place(piece.node, piece.field), what, f"read it, then type: rlflow trust {file}")


def _signature(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
