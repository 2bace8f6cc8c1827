"""The open document: one step a gesture, names for the menu, and a file that nobody overwrites unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import edits
from app.editing import Editing
from engine.catalogue import Catalogue
from engine.document import load, write
from engine.problems import GraphFileError
from tests.app.graphs import chain


def test_undo_and_redo_walk_the_history_under_its_names() -> None:
    editing = Editing(chain())
    editing.edit("Delete concat_1", edits.remove_nodes(chain(), ["concat_1"]))
    assert (editing.undo_name, editing.redo_name) == ("Delete concat_1", "")
    editing.undo()
    assert editing.document == chain()
    assert (editing.undo_name, editing.redo_name) == ("", "Delete concat_1")
    editing.redo()
    assert [node.id for node in editing.document.nodes] == ["standardize_1"]


def test_entries_in_one_field_are_one_step(catalogue: Catalogue) -> None:
    editing = Editing(chain())
    for value in (5, 51, 512):
        editing.edit(
            "Set min_steps",
            edits.set_param(editing.document, catalogue, "concat_1", "min_steps", value),
            field="concat_1.min_steps",
        )
    editing.undo()
    assert editing.document == chain()


def test_entries_in_two_fields_are_two_steps() -> None:
    editing = Editing(chain())
    editing.edit("Change the title", edits.set_title(editing.document, "B"), field="title")
    editing.edit("Set the seed", edits.set_run(editing.document, seed=3), field="seed")
    editing.undo()
    assert (editing.document.title, editing.document.run.seed) == ("B", 0)


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    editing = Editing(chain())
    assert not editing.edit("Change the title", edits.set_title(chain(), "A chain"))
    assert editing.undo_name == ""


def test_an_edit_after_undo_forgets_what_was_undone() -> None:
    editing = Editing(chain())
    editing.edit("Change the title", edits.set_title(chain(), "B"))
    editing.undo()
    editing.edit("Change the title", edits.set_title(chain(), "C"))
    assert editing.redo_name == ""


def test_it_is_dirty_until_saved_and_again_after_undo(tmp_path: Path) -> None:
    editing = Editing(chain())
    editing.edit("Change the title", edits.set_title(chain(), "B"))
    assert editing.dirty
    editing.save(tmp_path / "graph.json")
    assert not editing.dirty
    assert load(tmp_path / "graph.json") == editing.document
    editing.undo()
    assert editing.dirty


def test_saving_parts_what_is_typed_before_from_what_is_typed_after(tmp_path: Path) -> None:
    editing = Editing(chain())
    editing.edit("Change the title", edits.set_title(chain(), "B"), field="title")
    editing.save(tmp_path / "graph.json")
    editing.edit("Change the title", edits.set_title(chain(), "Bee"), field="title")
    editing.undo()
    assert editing.document.title == "B"


def test_a_file_written_by_somebody_else_is_noticed_until_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    editing = Editing(chain())
    editing.save(file)
    assert not editing.changed_on_disk()
    file.write_text(write(edits.set_title(chain(), "Theirs, and longer")))
    assert editing.changed_on_disk()
    editing.revert()
    assert editing.document.title == "Theirs, and longer"
    assert (editing.changed_on_disk(), editing.dirty, editing.undo_name) == (False, False, "Revert to the file")


def test_a_save_that_fails_leaves_the_document_dirty(tmp_path: Path) -> None:
    editing = Editing(chain())
    editing.edit("Change the title", edits.set_title(chain(), "B"))
    with pytest.raises(GraphFileError):
        editing.save(tmp_path / "no such folder" / "graph.json")
    assert editing.dirty
    assert editing.path is None


def test_watchers_hear_of_every_change() -> None:
    editing = Editing(chain())
    titles: list[str] = []
    editing.watch(lambda: titles.append(editing.document.title))
    editing.edit("Change the title", edits.set_title(chain(), "B"))
    editing.undo()
    assert titles == ["B", "A chain"]
