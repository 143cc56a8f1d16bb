"""A limit on the memory that one call may add."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def limited(budget: int) -> Iterator[None]:
    """Lets the address space of this process grow by `budget` bytes at most; what asks for more gets a MemoryError.

    Only on Linux: macOS doesn't enforce such a limit and Windows has none; there the time limit must do. The limit is
    set around the call alone, since importing torch maps far more than it uses. Zero is no limit.
    """
    if not budget or sys.platform != "linux":
        yield
        return
    import resource

    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = _mapped() + budget
    ceilings = [limit for limit in (before, hard) if limit != resource.RLIM_INFINITY]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (min(wanted, *ceilings), hard) if ceilings else (wanted, hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _mapped() -> int:
    """Bytes of address space that this process has mapped."""
    import resource

    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def is_exhaustion(error: BaseException) -> bool:
    """Whether `error` says that memory ran out: Python's MemoryError, or what torch's allocators raise instead."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _ALLOCATORS)


_ALLOCATORS = ("can't allocate memory", "not enough memory", "out of memory", "bad_alloc")
