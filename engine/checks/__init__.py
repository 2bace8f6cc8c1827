"""What `engine.checking` looks for, one family of problems a file.

Each family is a function `problems(graph)` that yields what it finds in a `graph.Graph` and knows nothing of the
others. What lies between two nodes is told at a port; what is wrong with nodes that are wired as they may be is told
at the node, so that a wire which the canvas lets one draw never brings an error of its own.
"""
