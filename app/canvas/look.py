"""What the items on the canvas paint with: a theme's colours, lettering and icons, made once for all of them.

Lettering is sized in scene pixels, so that a graph keeps its layout on every screen; zooming makes it larger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, get_args

from PySide6.QtGui import QColor, QFont
from PySide6.QtSvg import QSvgRenderer

from app.canvas.faces import BORDER, GROUP
from app.icons import renderer
from app.themes import CODE_FAMILY, UI_FAMILY, Theme, number_font
from engine.declare import SECTIONS
from engine.events import NodeStateName

HEADER: Final = 48.0  # title and id
ROW: Final = 22.0  # a line of ports
LINE: Final = 19.0  # a parameter
GAP: Final = 10.0  # around the ports and around the parameters, above and below together
FOOTER: Final = 26.0  # state and live numbers
CRISP: Final = 0.5  # from the edge of a pixel to its middle, where a thin line covers one row
RADIUS: Final = 9.0  # of a node's corners
NARROWEST: Final = 180.0
WIDEST: Final = 260.0
GRID: Final = 20  # nodes lie on it
OVERVIEW: Final = 0.45  # below this zoom nodes show their title only


@dataclass(frozen=True, slots=True)
class Look:
    """A theme with the fonts and icons made from it; `Look.of(theme)` makes one."""

    theme: Theme
    title: QFont
    overview: QFont
    node_id: QFont
    label: QFont
    value: QFont
    number: QFont
    section_icons: Mapping[str, QSvgRenderer]
    state_icons: Mapping[str, QSvgRenderer]

    @classmethod
    def of(cls, theme: Theme) -> Look:
        """Make the fonts and icons that go with `theme`."""
        sections = {name: renderer(f"section_{name.lower()}", theme.section_colour(name)) for name in SECTIONS}
        others = {name: renderer(f"section_{name or 'unknown'}", theme.muted) for name in ("", GROUP, BORDER)}
        states: dict[str, QSvgRenderer] = {
            state: renderer(f"state_{state}", theme.state_colour(state)) for state in get_args(NodeStateName)
        }
        return cls(
            theme,
            title=_font(UI_FAMILY, 13, QFont.Weight.DemiBold),
            overview=_font(UI_FAMILY, 24, QFont.Weight.DemiBold),
            node_id=_font(CODE_FAMILY, 10),
            label=_font(UI_FAMILY, 11),
            value=_font(UI_FAMILY, 11, QFont.Weight.Medium),
            number=_numbers(11),
            section_icons={**sections, **others},
            state_icons=states,
        )

    def colour(self, name: str, share: float = 1.0, ground: str = "node") -> QColor:
        """Return the theme's colour called `name`, such as `"text"`; with a `share` below 1, faded into its ground."""
        return faded(getattr(self.theme, name), share, getattr(self.theme, ground))


@lru_cache(maxsize=4096)
def faded(colour: str, share: float, ground: str) -> QColor:
    """Return a colour as it looks on `ground` with an opacity of `share`, but opaque.

    Software painting fills opaque shapes many times faster than translucent ones. The same colour is given to all who
    ask: it is not to be changed.
    Example: `faded("#ffffff", 0.5, "#000000").name()` is `"#808080"`.
    """
    over, under = QColor(colour).getRgbF(), QColor(ground).getRgbF()
    return QColor.fromRgbF(*(share * o + (1 - share) * u for o, u in zip(over[:3], under[:3], strict=True)))


def translucent(colour: str, alpha: float) -> QColor:
    """Return a colour through which what lies under it is seen; for small things only."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


def _font(family: str, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def _numbers(pixels: int) -> QFont:
    font = number_font(pixels)
    font.setPixelSize(pixels)
    return font
