"""Nested containers as flat lists of leaves and back.

Lists, tuples, named tuples, dicts and None are containers; everything else is a leaf.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any


class Structure:
    """The shape of a nested container without its leaves; equal structures compare equal.

    `kind` is the container's type (None for a leaf), `keys` those of a dict, `children` the structures of its items.
    """

    __slots__ = ("children", "keys", "kind")

    def __init__(self, kind: type | None, keys: tuple[Any, ...] = (), children: tuple[Structure, ...] = ()) -> None:
        self.kind, self.keys, self.children = kind, keys, children

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Structure):
            return NotImplemented
        return (self.kind, self.keys, self.children) == (other.kind, other.keys, other.children)

    def __hash__(self) -> int:
        return hash((self.kind, self.keys, self.children))

    def __repr__(self) -> str:
        if self.kind is None:
            return "*"
        if self.kind is type(None):
            return "None"
        if self.keys:
            items = [f"{k!r}: {c!r}" for k, c in zip(self.keys, self.children, strict=True)]
        else:
            items = [repr(c) for c in self.children]
        inner = ", ".join(items)
        if self.kind is list:
            return f"[{inner}]"
        if self.kind is tuple:
            return f"({inner},)" if len(items) == 1 else f"({inner})"
        if issubclass(self.kind, dict):
            return f"{{{inner}}}"
        return f"{self.kind.__name__}({inner})"


LEAF = Structure(None)
_NONE = Structure(type(None))


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves of nested containers from left to right, and the structure that `unflatten` puts them back into.

    >>> leaves, structure = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, structure
    ([1.0, 2.0, 3.0], {'w': [*, *], 'b': *})
    >>> unflatten(structure, [10, 20, 30])
    {'w': [10, 20], 'b': 30}
    """
    leaves: list[Any] = []
    return leaves, _flatten(tree, leaves)


def _flatten(tree: Any, leaves: list[Any]) -> Structure:
    kind = type(tree)
    if kind is list or kind is tuple or (isinstance(tree, tuple) and hasattr(kind, "_fields")):
        return Structure(kind, (), tuple(_flatten(item, leaves) for item in tree))
    if kind is dict or kind is OrderedDict:
        return Structure(kind, tuple(tree), tuple(_flatten(item, leaves) for item in tree.values()))
    if tree is None:
        return _NONE
    leaves.append(tree)
    return LEAF


def unflatten(structure: Structure, leaves: Iterable[Any]) -> Any:
    """Containers of this structure around new leaves; the inverse of `flatten`."""
    return _build(structure, iter(leaves))


def _build(structure: Structure, leaves: Iterator[Any]) -> Any:
    kind = structure.kind
    if kind is None:
        return next(leaves)
    if kind is type(None):
        return None
    items = [_build(child, leaves) for child in structure.children]
    if kind is list:
        return items
    if kind is tuple:
        return tuple(items)
    if issubclass(kind, dict):
        return kind(zip(structure.keys, items, strict=True))
    return kind(*items)
