"""The entrance, `rlflow` or `python -m engine`; what it says and does is in `command_line.py`."""

import sys
from collections.abc import Sequence

INTERRUPTED = 130  # as in `exit_codes.py`, which is not imported before Ctrl-C is heeded


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line (default: this process's) says; return the exit code.

    Ctrl-C ends it without a traceback, also in the half second in which Python imports what it needs.
    """
    try:
        from engine import command_line

        return command_line.main(argv)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
