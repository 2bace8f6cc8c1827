"""Graph files as an enemy would write them, and what an attack would leave behind if one worked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MODULE = "evil_module"  # importing it leaves a file; see `plant`
CODE = f"__import__('{MODULE}')"
ENV_SPEC = json.dumps({"id": "X-v0", "entry_point": f"{MODULE}:make", "kwargs": {}})

# Texts that some program somewhere runs, formats, imports or opens.
TEXTS = {
    "python": CODE,
    "format": "{0.__class__.__mro__}",
    "percent": "%n%s%(x)s",
    "html": '<img src="http://localhost:9/x.png" onerror=alert(1)>',
    "shell": "$(touch canary)`touch canary`;touch canary",
    "path": "../../canary",
    "drive": "C:\\canary",
    "device": "CON",
    "entry point": f"{MODULE}:make",
    "system": "os:system",
    "spec": ENV_SPEC,
    "module": f"{MODULE}.Operator",
    "control": "\x1b]0;title\x07\x00\r\n",
    "dunder": "__class__",
}


def files() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each hostile file."""
    yield from ((name, data if isinstance(data, bytes) else data.encode()) for name, data in RAW.items())
    for name, text in TEXTS.items():
        yield f"{name} as title and description", graph(title=text, description=text)
        yield f"{name} as operator", graph(nodes=[{"id": "a", "type": text, "class": text}])
        yield f"{name} as id", graph(nodes=[{"id": text, "type": "Filter"}])
        yield f"{name} as parameter", graph(nodes=[{"id": "a", "type": "Filter", "params": {text: text}}])
        yield f"{name} as environment", graph(nodes=[environment(text, {text: text, "entry_point": text})])
        yield f"{name} as field", graph(**{"import": text, "__class__": text, text: text})
        yield (
            f"{name} as wire",
            graph(nodes=[{"id": "a", "type": "Filter"}], edges=[{"from": f"a.{text}", "to": "a.items"}]),
        )
        yield f"{name} as stop", graph(run={"stop": {text: 1}, "target": text})


def graph(**fields: Any) -> bytes:
    """The bytes of a graph file with these fields."""
    return json.dumps({"format": "rl-flow-graph", "version": "1.0", **fields}).encode()


def environment(env_id: str, kwargs: dict[str, str]) -> dict[str, Any]:
    """An Environment node."""
    return {"id": "environment_1", "type": "Environment", "params": {"id": env_id, "kwargs": kwargs}}


def one(params: str) -> str:
    """A graph of one node, with its parameters as they stand in the text."""
    return '{"format":"rl-flow-graph","version":"1.0","nodes":[{"id":"a","type":"Filter","params":%s}]}' % params  # noqa: UP031  # braces


def ring(length: int) -> bytes:
    """Filters in a circle."""
    nodes = [{"id": f"f{index}", "type": "Filter"} for index in range(length)]
    wires = [{"from": f"f{index}.passed", "to": f"f{(index + 1) % length}.items"} for index in range(length)]
    return graph(nodes=nodes, edges=wires)


RAW: dict[str, str | bytes] = {
    "nothing": b"",
    "zeros": b"\0" * 1000,
    "nested deep": one("[" * 100_000 + "]" * 100_000),
    "nested as deep as may be": one('{"a":' + "[" * 190 + "]" * 190 + "}"),
    "5,000 digits": one('{"threshold":' + "9" * 5000 + "}"),
    "4,000 digits": one('{"threshold":' + "9" * 4000 + "}"),
    "overflow": one('{"threshold":1e400}'),
    "not a number": one('{"threshold":NaN}'),
    "minus zero": one('{"threshold":-0}'),
    "key twice": one('{"threshold":1,"threshold":2}'),
    "half a character": one('{"quantity":"\\ud800"}'),
    "nul": one('{"quantity":"\\u0000"}'),
    "utf-16": one("{}").encode("utf-16"),
    "latin-1": one('{"quantity":"é"}').encode("latin-1"),
    "byte order mark": b"\xef\xbb\xbf" + one("{}").encode(),
    "200 MB": one("{}").encode() + b" " * 200_000_000,
    "a million nodes": b'{"format":"rl-flow-graph","nodes":[' + b"{}," * 1_000_000 + b"{}]}",
    "half a million wires": b'{"format":"rl-flow-graph","edges":[' + b"{}," * 500_000 + b"{}]}",
    "half a million lists": one("[" + "[]," * 500_000 + "[]]"),
    "half a million lists in a parameter": one('{"a":[' + "[]," * 500_000 + "[]]}"),
    "many places": b'{"format":"rl-flow-graph","layout":{"nodes":{'
    + b",".join(b'"9%d":0' % i for i in range(99_999))
    + b"}}}",
    "itself": ring(1),
    "loop of thousands": ring(5000),
    "loop of too many": ring(10_000),
    "dangling wire": graph(edges=[{"from": "a.passed", "to": "b.items"}]),
    "id twice": graph(nodes=[{"id": "a", "type": "Filter"}] * 2),
}
INERT = {  # the rest of `RAW` is refused
    "nested as deep as may be",
    "4,000 digits",
    "minus zero",
    "nul",
    "byte order mark",
    "itself",
    "loop of thousands",
}


def plant(canary: str) -> str:
    """The source of the evil module: it leaves a file when it is imported."""
    return f"open({canary!r}, 'w').close()\ndef make(*args, **kwargs): open({canary!r}, 'w').close()\n"
