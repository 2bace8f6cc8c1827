"""The commands of `rlflow`, one module each: `add` declares its arguments, `execute` does it.

`execute` returns an exit code or raises a `FlowError`, whose sentences `engine.command_line` prints. torch, ray and
matplotlib are imported only where a command runs a graph; Qt nowhere.
"""
