"""Running graphs from the studio: the engine as a child process, the Run buttons, the log, the list of runs."""
