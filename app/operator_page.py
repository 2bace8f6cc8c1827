"""The help page of an operator, made of its declaration: what it does, its ports, its parameters."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTextBrowser, QWidget

from app.form_row import describe
from app.themes import CODE_FAMILY, Theme
from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Param, Port

EMPTY = "<p>Select a node, or an operator in the palette, and its page appears here.</p>"

WAY_BACK: Final = "<br><span class='muted'>Escape goes back to the field.</span>"


class OperatorPage(QTextBrowser):
    """Shows the page of one operator at a time.

    Signals:
        back_wished(str): Escape was pressed where this parameter was looked up.
    """

    back_wished = Signal(str)

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._theme = theme
        self.operator = self.param = ""
        self.setOpenExternalLinks(True)
        self.setAccessibleName("Help page of the operator")
        self.document().setDocumentMargin(14)
        self.setStyleSheet("QTextBrowser { border: none; border-radius: 0; padding: 0; }")
        self.show_operator("")

    def show_operator(self, type_id: str, param: str = "") -> None:
        """Show the page of the operator with this type id, with one of its parameters marked; a hint for none."""
        self.operator, self.param = type_id, param
        spec = self._catalogue.spec(type_id)
        unknown = f"<p>There is no operator {html.escape(type_id)} here.</p>" if type_id else EMPTY
        told = page(spec, self._theme, param) if spec else unknown
        self.setHtml(f"<style>{_style(self._theme)}</style>{told}")
        if param:
            self.scrollToAnchor(param)

    def set_theme(self, theme: Theme) -> None:
        """Write the page in the theme's colours."""
        self._theme = theme
        self.show_operator(self.operator, self.param)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Wish with Escape to go back to the field from which a parameter was looked up."""
        if event.key() == Qt.Key.Key_Escape and self.param:
            self.back_wished.emit(self.param)
        else:
            super().keyPressEvent(event)


def page(spec: OperatorSpec, theme: Theme, marked: str = "") -> str:
    """Return an operator's page as HTML, with the parameter called `marked` on another ground."""
    parts = [f"<h2>{html.escape(spec.title)}</h2>", *_paragraphs(spec.help)]
    parts += _ports("Takes", spec.inputs, theme) + _ports("Gives", spec.outputs, theme)
    parts += _params(spec.params, theme, marked)
    parts.append(f"<p class='muted'>In graph files: <code>{spec.type}</code></p>")
    return "".join(parts)


def _paragraphs(text: str) -> Iterable[str]:
    """Turn a docstring into HTML: blank lines part paragraphs, indented lines are lists, `backquotes` are code."""
    for block in re.split(r"\n\s*\n", text.strip()):
        body = html.escape(block)
        body = re.sub(r"`([^`]+)`", r"<code>\1</code>", body)
        body = re.sub(r"^(Example|RLlib Flow|RLlib|Loss|Equation):", r"<br><b>\1:</b>", body, flags=re.MULTILINE)
        body = re.sub(r"\n\s{4,}", "<br>&nbsp;&nbsp;", body)
        yield f"<p>{body.removeprefix('<br>')}</p>"


def _ports(title: str, ports: Iterable[Port], theme: Theme) -> list[str]:
    rows = [
        f"<tr><td><span style='color:{theme.kind_colour(port.kind)}'>&#9679;</span> <code>{port.name}</code></td>"
        f"<td><b>{html.escape(_kind_text(port))}</b><br>{html.escape(port.help)}</td></tr>"
        for port in ports
    ]
    return [f"<h3>{title}</h3><table>{''.join(rows)}</table>"] if rows else []


def _kind_text(port: Port) -> str:
    words = [port.kind.title if not port.same_as else f"same as {port.same_as}"]
    words += ["handle"] if port.is_handle else [f"{port.where} stream"] if port.where != "any" else ["stream"]
    words += ["any number of wires"] if port.many and port.direction == "in" else []
    words += ["optional"] if not port.required and port.direction == "in" else []
    return ", ".join(words)


def _params(params: Sequence[Param], theme: Theme, marked: str) -> list[str]:
    """Give the parameters; the anchor of each is in what stands above it, so that it is not led to the very top."""
    anchors = [f"<a name='{param.name}'></a>" for param in params] + [""]
    rows = []
    for param, following in zip(params, anchors[1:], strict=True):
        here = param.name == marked
        ground = f" bgcolor='{theme.raised}'" if here else ""
        told = f"{following}<code>{param.name}</code><br>{html.escape(describe(param))}"
        rows.append(f"<tr{ground}><td>{told}{WAY_BACK if here else ''}</td></tr>")
    return [f"<h3>{anchors[0]}Parameters</h3><table width='100%'>{''.join(rows)}</table>"] if rows else []


def _style(theme: Theme) -> str:
    return (
        f"body {{ color: {theme.text}; }} h2 {{ margin-bottom: 4px; }} h3 {{ color: {theme.muted}; margin-top: 14px; }}"
        f"p {{ line-height: 135%; }} code {{ font-family: '{CODE_FAMILY}'; font-size: 9pt; color: {theme.accent}; }}"
        f".muted {{ color: {theme.muted}; }} td {{ padding: 5px 8px 5px 4px; }}"
    )
