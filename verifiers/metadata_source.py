"""The figures of torchvision's metadata as they stand in its source: read, and not run. For second ways."""

import ast
import functools
import inspect

from torchvision import models


@functools.cache
def _tree(path: str) -> ast.Module:
    with open(path, encoding="utf-8") as source:
        return ast.parse(source.read())


def figure(model: str, version: str, name: str) -> float:
    """A figure of the metadata as it stands in torchvision's source, read and not run."""
    builder = inspect.unwrap(getattr(models, model))
    annotation = str(inspect.get_annotations(builder, eval_str=False).get("weights"))
    klass = annotation.rsplit(".", 1)[-1].rstrip("]'>")
    for node in _tree(inspect.getfile(builder)).body:
        if isinstance(node, ast.ClassDef) and node.name == klass:
            members = {
                target.id: one.value
                for one in node.body
                if isinstance(one, ast.Assign)
                for target in one.targets
                if isinstance(target, ast.Name)
            }
            found = members[version]
            while isinstance(found, ast.Name):
                found = members[found.id]
            for part in ast.walk(found):
                if isinstance(part, ast.Dict):
                    for key, value in zip(part.keys, part.values, strict=True):
                        if isinstance(key, ast.Constant) and key.value == name and isinstance(value, ast.Constant):
                            return float(str(value.value))
    raise LookupError(f"{klass}.{version} has no {name} in the source")
