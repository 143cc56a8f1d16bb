"""`quiz --version` against `python -c pass`, as a ratio: `python -m bench.version`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from bench.terminal import quiz


def seconds(command: Sequence[str]) -> float:
    """How long `command` takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measures in turn and prints."""
    nothing, version = [sys.executable, "-c", "pass"], quiz("--version")
    seconds(nothing), seconds(version)
    pairs = [(seconds(version), seconds(nothing)) for _ in range(21)]
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"quiz --version / python -c pass: {ratio:.2f} (median of {len(pairs)} pairs)")


if __name__ == "__main__":
    main()
