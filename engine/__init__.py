"""The headless engine: graphs of RL operators, checked, compiled and run on Ray actors.

It never imports Qt or the studio. Layers, each importing only those above it: document and problems (the graph as
a value), declare and kinds (what operators say of themselves), catalogue and checking (no torch, no ray), then
dataflow, policies and actors (what runs), session and the command line.
"""

import os

# Before numpy reads it: small matrices, shared out between threads, take several times as long on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
