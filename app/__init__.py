"""The studio: a window in which graphs are drawn, run and watched.

Two ideas. The document is the single truth: widgets show it and send wishes, edits make a new one. And the studio
never runs a graph itself: it starts the engine as a child process, so neither torch nor Ray is ever imported here.

Qt is reached through PySide6 only. NodeGraphQt and pyqtgraph choose a binding when they are first imported, so the
choice is made here, which runs before any module of this package.
"""

import os

os.environ["QT_PREFERRED_BINDING"] = "PySide6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
