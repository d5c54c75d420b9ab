"""Ports for the servers that tests start, so that nobody else takes one between its choice and the server's bind."""

from __future__ import annotations

import random
import socket

# Below what systems give to outgoing connections (Linux from 32768, others from 49152): a browser's next connection
# must not take the port of a server that is still starting, or that a story has killed and starts again.
_PORTS = range(20_000, 32_000)
# Each is held for this process's life by a UDP socket of the same number, which keeps no TCP server out: a test
# process beside this one that comes upon the number finds it taken.
_held: list[socket.socket] = []


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens, and which no other test process is given."""
    while True:
        port = random.choice(_PORTS)
        hold = socket.socket(type=socket.SOCK_DGRAM)
        try:
            hold.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            hold.close()
            continue
        _held.append(hold)
        return port
