"""The gallery: every saved graph as a picture, with what to look at in it and the paper that it comes from.

Everything told stands in the graphs' own files (`engine/gallery.py`). Choosing one opens a copy without a file.
"""

from app.gallery.gallery import Gallery

__all__ = ["Gallery"]
