"""The worker's end of the pipes to the app: for the protocol alone, whatever runs here prints or reads."""

import os
from contextlib import suppress
from typing import BinaryIO

from quizapp.worker.protocol import Reply, encode


def take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone; a verifier gets others, and its forks get none."""
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: close(requests, replies))
    return os.fdopen(requests, "rb", closefd=False), os.fdopen(replies, "wb", buffering=0, closefd=False)


def close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with suppress(OSError):
            os.close(descriptor)


def send(replies: BinaryIO, reply: Reply, prefix: bytes = b"") -> None:
    line = memoryview(prefix + encode(reply))
    while line:
        line = line[replies.write(line) :]
