"""A cluster's address is read as a person types it, and anything else is refused with what one looks like."""

from __future__ import annotations

import pytest

from engine.address import Address


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.168.1.20:6400", "192.168.1.20", 6400),
        (" head ", "head", 6379),
        ("my-head.example.org:1", "my-head.example.org", 1),
        ("[::1]:6379", "::1", 6379),
    ],
)
def test_an_address_is_host_and_port(text: str, host: str, port: int) -> None:
    address = Address.read(text)
    assert (address.host, address.port) == (host, port)
    assert Address.read(str(address)) == address


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ray://head:10001", "has no ray:// in front"),
        ("http://head:8265", "has no http:// in front"),
        ("", "'' is no address"),
        ("head:", "'head:' is no address"),
        ("head:port", "'head:port' is no address"),
        ("head:0", "there is no port 0"),
        ("head:70000", "there is no port 70000"),
    ],
)
def test_what_is_none_is_refused_with_an_example(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="write HOST:PORT, for example") as refused:
        Address.read(text)
    assert why in str(refused.value)
