"""The environment picker: what is registered, found by typing; of the chosen one its spaces and a picture.

The studio makes no environment itself: `question.py` asks `rlflow environments` in a process that may fail or hang.
"""

from app.environments.picker import EnvironmentPicker as EnvironmentPicker
