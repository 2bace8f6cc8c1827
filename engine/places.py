"""Where on this machine the user's own things lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import platformdirs

APP: Final = "rl-flow-studio"


def data_folder() -> Path:
    """Return the folder of what is the user's own: the one that `RLFLOW_DATA` names, or what the system gives."""
    named = os.environ.get("RLFLOW_DATA")
    return Path(named) if named else platformdirs.user_data_path(APP)
