"""How the studio looks: two themes as values, the bundled fonts, and what Qt needs to wear them.

Every colour of the studio stands here; a widget that paints asks the theme it was given. Ports are the exception:
kinds bring their own two colours, so that an operator file is enough to add one (`kind_colour` picks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from engine.declare import SECTIONS
from engine.events import NodeStateName
from engine.kinds import Kind

RESOURCES: Final = Path(__file__).parent.parent / "resources"
UI_FAMILY: Final = "Inter"
CODE_FAMILY: Final = "JetBrains Mono"
COLOURS: Final = ("blue", "green", "orange", "violet", "amber", "cyan", "red", "grey")  # the names of `Theme.series`


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one look, each as `#rrggbb`.

    Attributes:
        name: `"dark"` or `"light"`.
        window: behind everything; panel: docks and bars; field: inputs and lists; raised: buttons, hovered rows.
        border: lines between things; text, muted: writing, and writing that steps back.
        accent: selection, focus, the main button; accent_text: writing on it.
        success, warning, danger: what went well, what to look at, what is broken.
        canvas, grid: ground and dots behind the graph; node, node_border: a node's body and its edge.
        shadow: under nodes; painted in a few translucent layers.
        sections: the header colour of each palette section; series: curves in a plot, in the order they are given out;
            frames have them by the names in `COLOURS`.
    """

    name: str
    window: str
    panel: str
    field: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    accent_text: str
    success: str
    warning: str
    danger: str
    canvas: str
    grid: str
    node: str
    node_border: str
    shadow: str
    sections: Mapping[str, str]
    series: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether writing is lighter than the ground."""
        return self.name == "dark"

    def section_colour(self, section: str) -> str:
        """Return the colour of a palette section; grey for one that is not known."""
        return self.sections.get(section, self.muted)

    def named_colour(self, name: str) -> str:
        """Return the colour called `name` in a document; the first one for a name that is not known.

        Example: `DARK.named_colour("green")` is `"#3fbf85"`.
        """
        return self.series[COLOURS.index(name) if name in COLOURS else 0]

    def kind_colour(self, kind: type[Kind]) -> str:
        """Return the colour in which ports and wires of this kind are drawn."""
        return kind.dark if self.is_dark else kind.light

    def state_colour(self, state: NodeStateName) -> str:
        """Return the colour of a node's state; icon and word always stand beside it."""
        colours = {
            "starting": self.accent,
            "running": self.success,
            "waiting": self.warning,
            "blocked": self.warning,
            "paused": self.accent,
            "failed": self.danger,
        }
        return colours.get(state, self.muted)


DARK: Final = Theme(
    name="dark",
    window="#121418",
    panel="#191c21",
    field="#14171b",
    raised="#262a32",
    border="#2c313a",
    text="#e7eaf0",
    muted="#949cab",
    accent="#6b9bff",
    accent_text="#0d1423",
    success="#3fbf85",
    warning="#e2a93b",
    danger="#f2696f",
    canvas="#14161a",
    grid="#2e333c",
    node="#1f232a",
    node_border="#363c47",
    shadow="#000000",
    sections=dict(
        zip(
            SECTIONS,
            ("#8a94a6", "#4f9be8", "#9d86f0", "#35b5ac", "#ee8452", "#d9a93a", "#6fa3c4", "#4fb878"),
            strict=True,
        )
    ),
    series=("#6b9bff", "#3fbf85", "#ee8452", "#cf86e0", "#e2a93b", "#4cc3d9", "#f2696f", "#a9b1be"),
)

LIGHT: Final = Theme(
    name="light",
    window="#eef0f3",
    panel="#f8f9fb",
    field="#ffffff",
    raised="#e6e9ee",
    border="#d5d9e0",
    text="#1c2129",
    muted="#5d6675",
    accent="#2563d9",
    accent_text="#ffffff",
    success="#15803d",
    warning="#9a6200",
    danger="#cb2f38",
    canvas="#f3f4f7",
    grid="#d3d8e0",
    node="#ffffff",
    node_border="#cdd2db",
    shadow="#3a4356",
    sections=dict(
        zip(
            SECTIONS,
            ("#5b6678", "#1f6fc4", "#6a4fd0", "#0f7f78", "#c2521b", "#8f6a00", "#3a7399", "#1f7f45"),
            strict=True,
        )
    ),
    series=("#2563d9", "#15803d", "#c2521b", "#9334ae", "#9a6200", "#0e7c93", "#cb2f38", "#5d6675"),
)


def system_theme() -> Theme:
    """Return the theme that the desktop asks for: light if it says so, otherwise dark.

    Connect `QGuiApplication.styleHints().colorSchemeChanged` to follow it.
    """
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK


def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts with Qt and return the names of their families.

    Example: `load_fonts()` is `("Inter", "JetBrains Mono")`.
    """
    families = set(QFontDatabase.families())
    if not {UI_FAMILY, CODE_FAMILY} <= families:
        for file in sorted((RESOURCES / "fonts").glob("*.?tf")):
            QFontDatabase.addApplicationFont(str(file))
    return UI_FAMILY, CODE_FAMILY


def number_font(points: float) -> QFont:
    """Return the reading font with digits of one width, so that changing numbers do not dance."""
    font = QFont(UI_FAMILY)
    font.setPointSizeF(points)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def palette(theme: Theme) -> QPalette:
    """Return the theme as the palette that widgets without a style sheet rule read."""
    made = QPalette()
    roles = QPalette.ColorRole
    plain = {
        roles.Window: theme.panel,
        roles.WindowText: theme.text,
        roles.Base: theme.field,
        roles.AlternateBase: theme.panel,
        roles.Text: theme.text,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.danger,
        roles.Highlight: theme.accent,
        roles.HighlightedText: theme.accent_text,
        roles.Link: theme.accent,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.PlaceholderText: theme.muted,
        roles.Mid: theme.border,
    }
    for role, colour in plain.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return made


def stylesheet(theme: Theme) -> str:
    """Return the style sheet of the whole window.

    Properties that widgets may set: `primary` and `danger` on a QPushButton or QToolButton, `role` on a QLabel
    (`"title"`, `"muted"`, `"danger"`, `"warning"`, `"code"`).
    """
    sheet = Template((RESOURCES / "studio.qss").read_text(encoding="utf-8"))
    names = ("window", "panel", "field", "raised", "border", "text", "muted", "accent", "accent_text")
    colours = {name: getattr(theme, name) for name in (*names, "success", "warning", "danger")}
    return sheet.substitute(colours, icons=(RESOURCES / "icons").as_posix(), code=CODE_FAMILY)
