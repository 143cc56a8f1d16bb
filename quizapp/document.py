"""One JSON document on standard output, which is all that a command with --json prints there."""

import json
import math
from typing import Any

from quizapp.core.text import in_json


def print_json(document: Any) -> None:
    """Prints `document`. JSON has no infinite numbers, so they stand in it as the texts `inf` and `-inf`."""
    print(in_json(json.dumps(_finite(document), ensure_ascii=False, indent=2, allow_nan=False)))


def _finite(document: Any) -> Any:
    match document:
        case float() if math.isinf(document):
            return "inf" if document > 0 else "-inf"
        case dict():
            return {key: _finite(value) for key, value in document.items()}
        case list() | tuple():
            return [_finite(item) for item in document]
    return document
