"""The files by which a Linux desktop knows the studio: a menu entry, icons, and what kind of file a graph is.

They are those of freedesktop.org: the Desktop Entry, Icon Theme and Shared MIME-info specifications. A graph is known
by its name, `*.rlflow.json`, or, where a name tells nothing, by the line of its format; other JSON files stay as they
are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from engine.document import FORMAT
from engine.versions import PROJECT

PICTURES: Final = Path(__file__).parent.parent / "resources" / "desktop"
ICON_SIZES: Final = (48, 128, 256)  # pixels, of the drawings made beforehand for desktops that show no SVG
MIME_TYPE: Final = "application/x-rl-flow-graph+json"
MAGIC_PRIORITY: Final = 60  # above the 50 of what is told of JSON in general
LOOK_INTO: Final = 64  # bytes at the start of a file, among which the line of the format stands
ENTRY: Final = """\
[Desktop Entry]
Type=Application
Name=RL Flow Studio
GenericName=Dataflow Editor
Comment=Draw a reinforcement learning algorithm as a dataflow graph, run it, and watch it learn
Exec={command} %f
TryExec={program}
Icon={project}
MimeType={mime_type};
Categories=Education;Science;ArtificialIntelligence;
Keywords=reinforcement learning;RL;RLlib;Ray;dataflow;graph;node editor;
StartupNotify=true
StartupWMClass={project}
"""
MIME_INFO: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{mime_type}">
    <comment>RL Flow graph</comment>
    <sub-class-of type="application/json"/>
    <icon name="{project}"/>
    <glob pattern="*.rlflow.json" weight="{priority}"/>
    <magic priority="{priority}">
      <match type="string" value="{{" offset="0">
        <match type="string" value="&quot;format&quot;: &quot;{format}&quot;" offset="1:{look_into}"/>
      </match>
    </magic>
  </mime-type>
</mime-info>
"""


def desktop_files(command: Sequence[str]) -> Mapping[PurePosixPath, bytes]:
    """Return every file, by its path below the data folder, for a studio that `command` opens.

    Example: with `["/opt/my tools/rlflow", "open"]`, the line in `applications/rl-flow-studio.desktop` is
    `Exec="/opt/my tools/rlflow" "open" %f`.
    """
    icons = PurePosixPath("icons/hicolor")
    files = {
        PurePosixPath(f"applications/{PROJECT}.desktop"): _entry(command).encode(errors="surrogateescape"),
        PurePosixPath(f"mime/packages/{PROJECT}.xml"): _mime_info().encode(),
        icons / "scalable" / "apps" / f"{PROJECT}.svg": (PICTURES / f"{PROJECT}.svg").read_bytes(),
    }
    for size in ICON_SIZES:
        picture = (PICTURES / f"{PROJECT}-{size}.png").read_bytes()
        files[icons / f"{size}x{size}" / "apps" / f"{PROJECT}.png"] = picture
    return files


def quoted(word: str) -> str:
    r"""Return a word as the Exec line of a desktop entry wants it, so that it is one argument, whatever is in it.

    Quotes, back ticks, dollars and backslashes are escaped in the argument; then every backslash once more, as in any
    text of such a file. A percent sign would begin a field code, and is doubled.

    Example: `quoted('a "b" 5%')` is `'"a \\\\"b\\\\" 5%%"'`, in which each pair of backslashes is two signs.
    """
    escaped = "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in word)
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%") + '"'


def _entry(command: Sequence[str]) -> str:
    line = " ".join(map(quoted, command))
    program = command[0].replace("\\", "\\\\")
    return ENTRY.format(command=line, program=program, project=PROJECT, mime_type=MIME_TYPE)


def _mime_info() -> str:
    return MIME_INFO.format(
        mime_type=MIME_TYPE, project=PROJECT, format=FORMAT, priority=MAGIC_PRIORITY, look_into=LOOK_INTO
    )
