"""The help page of an operator, made of its declaration: what it does, its ports, its parameters."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from PySide6.QtWidgets import QTextBrowser, QWidget

from app.form_row import describe
from app.themes import CODE_FAMILY, Theme
from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Param, Port

EMPTY = "<p>Select a node, or an operator in the palette, and its page appears here.</p>"


class OperatorPage(QTextBrowser):
    """Shows the page of one operator at a time."""

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._theme = theme
        self.operator = ""
        self.setOpenExternalLinks(True)
        self.setAccessibleName("Help page of the operator")
        self.document().setDocumentMargin(14)
        self.setStyleSheet("QTextBrowser { border: none; border-radius: 0; padding: 0; }")
        self.show_operator("")

    def show_operator(self, type_id: str) -> None:
        """Show the page of the operator with this type id; a hint for none."""
        self.operator = type_id
        spec = self._catalogue.spec(type_id)
        unknown = f"<p>There is no operator {html.escape(type_id)} here.</p>" if type_id else EMPTY
        self.setHtml(f"<style>{_style(self._theme)}</style>{page(spec, self._theme) if spec else unknown}")

    def set_theme(self, theme: Theme) -> None:
        """Write the page in the theme's colours."""
        self._theme = theme
        self.show_operator(self.operator)


def page(spec: OperatorSpec, theme: Theme) -> str:
    """Return an operator's page as HTML."""
    parts = [f"<h2>{html.escape(spec.title)}</h2>", *_paragraphs(spec.help)]
    parts += _ports("Takes", spec.inputs, theme) + _ports("Gives", spec.outputs, theme) + _params(spec.params)
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


def _params(params: Iterable[Param]) -> list[str]:
    rows = [
        f"<tr><td><code>{param.name}</code></td><td>{html.escape(describe(param))}"
        "</td></tr>"
        for param in params
    ]
    return [f"<h3>Parameters</h3><table>{''.join(rows)}</table>"] if rows else []


def _style(theme: Theme) -> str:
    return (
        f"body {{ color: {theme.text}; }} h2 {{ margin-bottom: 4px; }} h3 {{ color: {theme.muted}; margin-top: 14px; }}"
        f"p {{ line-height: 135%; }} code {{ font-family: '{CODE_FAMILY}'; font-size: 9pt; color: {theme.accent}; }}"
        f".muted {{ color: {theme.muted}; }} td {{ padding: 4px 10px 4px 0; }}"
    )
