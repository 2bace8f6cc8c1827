"""Checkpoints: what a run must remember, in folders that are whole, or refused by name.

A checkpoint is `checkpoints/NNNNNNNNN/` (the env steps at which it was taken) with the arrays of every stateful node
in one safetensors file, everything else in one JSON file, and `manifest.json`, which names both with their sizes and
SHA-256 digests and is written last. A folder without a manifest is one that was never finished. Loading verifies
every byte, the manifest's own included, because a flipped byte in an array would otherwise go unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.atomic import write_atomically
from engine.packing import pack, unpack
from engine.problems import Place, Problem, RunFolderError

FORMAT: Final = "rl-flow-checkpoint"
VERSION: Final = "1.0"
KEPT: Final = 2  # the newest and the one before it, in case the newest is found damaged
MANIFEST: Final = "manifest.json"


class Saved(NamedTuple):
    """What a checkpoint holds: the state, and the env steps at which it was taken."""

    state: dict[str, Any]
    env_steps: int


def write(parent: Path, state: Mapping[str, Any], env_steps: int) -> Path:
    """Write a checkpoint of `state` below `parent` and delete those that it makes superfluous; return its folder.

    Files are named by content, so that writing a second time at the same env steps never touches the first until
    its manifest is replaced, in one step.

    Raises:
        TypeError: the state holds something that a checkpoint cannot keep.
        OSError: the disk refused; every earlier checkpoint is as it was.
    """
    from safetensors.numpy import save

    arrays, tree = pack(state)
    contents = {"arrays.safetensors": save(arrays), "state.json": json.dumps(tree, allow_nan=False).encode()}
    files = {_named_by_content(name, data): data for name, data in contents.items()}
    folder = parent / f"{env_steps:09}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_atomically(folder / name, data)
    write_atomically(folder / MANIFEST, _manifest(files, env_steps))
    _delete_superfluous(folder, files)
    return folder


def keep(parent: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep a checkpoint that was written elsewhere below `parent`: its files, the manifest last, named `folder/name`.

    Raises:
        OSError: the disk refused; every earlier checkpoint is as it was.
    """
    kept: dict[str, bytes] = {}
    for name, data in files:
        folder = parent / Path(name).parent.name
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / Path(name).name, data)
        kept[Path(name).name] = data
    if MANIFEST in kept:
        _delete_superfluous(folder, kept)


def load(folder: Path) -> Saved:
    """Read the checkpoint in `folder`, whose every byte is verified first.

    Raises:
        RunFolderError: a file is missing, cut short or changed; the problem names it and says what is wrong.
    """
    from safetensors.numpy import load as read_arrays

    manifest = _read_manifest(folder / MANIFEST)
    contents = {Path(name).suffix: _verified(folder / name, wanted) for name, wanted in manifest["files"].items()}
    try:
        state = unpack(read_arrays(contents[".safetensors"]), json.loads(contents[".json"]))
    except (KeyError, ValueError) as error:
        raise _damaged(folder, f"it cannot be put together: {error}") from None
    return Saved(state, int(manifest["env_steps"]))


def newest(parent: Path, complain: Callable[[Problem], None] = lambda problem: None) -> Saved | None:
    """Read the newest checkpoint below `parent` that is whole, or return None if none was ever finished.

    `complain` is told of each newer one that is damaged.

    Raises:
        RunFolderError: there are checkpoints, and every one is damaged.
    """
    problems: list[Problem] = []
    for folder in finished(parent):
        try:
            return load(folder)
        except RunFolderError as error:
            problems.extend(error.problems)
            for problem in error.problems:
                complain(problem)
    if problems:
        raise RunFolderError(*problems)
    return None


def finished(parent: Path) -> list[Path]:
    """Return the checkpoint folders below `parent` that have a manifest, newest first."""
    folders = parent.iterdir() if parent.is_dir() else ()
    named = (folder for folder in folders if folder.name.isdecimal() and (folder / MANIFEST).is_file())
    return sorted(named, key=lambda folder: int(folder.name), reverse=True)


def _named_by_content(name: str, data: bytes) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


def _manifest(files: Mapping[str, bytes], env_steps: int) -> bytes:
    """Return the manifest's text, of which the last field is the digest of the others."""
    digests = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    return _sealed({"format": FORMAT, "version": VERSION, "env_steps": env_steps, "files": digests})


def _sealed(fields: Mapping[str, Any]) -> bytes:
    seal = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
    return json.dumps({**fields, "sha256": seal}, indent=2).encode() + b"\n"


def _read_manifest(file: Path) -> dict[str, Any]:
    data = _bytes(file)
    try:
        fields = json.loads(data)
        del fields["sha256"]
        whole = _sealed(fields) == data
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise _damaged(file, "its bytes are not those that were written")
    if fields["format"] != FORMAT or fields["version"].partition(".")[0] != VERSION.partition(".")[0]:
        raise _damaged(file, f"it is a {fields['format']} {fields['version']}; this version reads {FORMAT} {VERSION}")
    return dict(fields)


def _verified(file: Path, wanted: Mapping[str, Any]) -> bytes:
    data = _bytes(file)
    if len(data) != wanted["bytes"]:
        raise _damaged(file, f"it has {len(data)} bytes, and {wanted['bytes']} were written")
    if hashlib.sha256(data).hexdigest() != wanted["sha256"]:
        raise _damaged(file, "its bytes are not those that were written")
    return data


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _damaged(file, f"it cannot be read: {error.strerror or error}") from None


def _damaged(file: Path, why: str) -> RunFolderError:
    return RunFolderError(Problem(Place(file=str(file)), f"this checkpoint is damaged: {why}"))


def _delete_superfluous(folder: Path, files: Mapping[str, bytes]) -> None:
    """Keep this checkpoint and the one before it; those after it belong to a future that a resumed run gave up."""
    for file in folder.iterdir():
        if file.name not in files and file.name != MANIFEST:
            file.unlink()
    earlier = [other for other in finished(folder.parent) if int(other.name) < int(folder.name)]
    kept = {folder, *earlier[: KEPT - 1]}
    for other in folder.parent.iterdir():
        if other.name.isdecimal() and other not in kept:
            (other / MANIFEST).unlink(missing_ok=True)  # first: half deleted must read as unfinished, not as damaged
            shutil.rmtree(other, ignore_errors=True)
