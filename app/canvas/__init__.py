"""The canvas: shows a document as a graph and turns gestures into wishes.

The only package that knows NodeGraphQt, which serves as view layer; everything else talks to `Canvas`, and to
`Photographer` for small pictures. The document is never changed here: a gesture becomes a signal, the owner makes a
new document of it (or not), and the canvas draws the difference.
"""

from app.canvas.canvas import Canvas
from app.canvas.photograph import Photographer
from app.canvas.viewer import OPERATOR_MIME

__all__ = ["OPERATOR_MIME", "Canvas", "Photographer"]
