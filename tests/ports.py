"""Ports for servers that the tests start."""

from __future__ import annotations

import random
import socket

BELOW_OUTGOING = range(20_000, 32_000)
"""Connections that go out get their ports above these: none takes the port while its server is still coming up."""


def free_port() -> int:
    """A port of 127.0.0.1 at which nobody listens. Another one each time, so that two workers hardly ever mean the same."""
    for port in random.SystemRandom().sample(BELOW_OUTGOING, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")
