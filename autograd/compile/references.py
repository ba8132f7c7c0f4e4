"""What a function refers to outside of its arguments: a program holds only as long as that stays the same.

The contents of arrays and Tensors may change, they are read at every call. Compared are: which objects stand behind the
globals and closure cells that the function's code names, the attributes of the objects, classes and modules among them
that the code names, the items of lists, tuples and dicts among them, and the same for the functions among them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

import numpy as np

from autograd.compile.script import Script
from autograd.tensor import Tensor

SIMPLE = (int, float, bool, str, bytes, complex, type(None), np.generic, np.dtype)
_LIBRARY = tuple(str(Path(__file__).resolve().parents[2] / name) + "/" for name in ("autograd", "nn", "optim"))
_KNOWN = frozenset(sys.stdlib_module_names) | {"numpy", "scipy", "autograd", "nn", "optim", "llvmlite"}
_SKIPPED = (ModuleType, BuiltinFunctionType, type, np.ufunc)
_OPAQUE = (*SIMPLE, Tensor, np.ndarray, np.random.Generator)


class Held:
    """Named items of one container, as they were when this was made.

    `items()` reads them anew; those that the traced function changes itself are left out by `forget_changed`.
    """

    def __init__(self, container: Any, names: list[Any]) -> None:
        self.container, self.names = container, names
        self.count = len(container) if isinstance(container, dict | list) else 0
        self.values = self.items()

    def items(self) -> list[Any]:
        """The items as they are now; `_MISSING` stands for one that is gone."""
        return [_item(self.container, name) for name in self.names]

    def forget_changed(self) -> None:
        """Keep only those items that are still what they were."""
        now = self.items()
        same = [_same(a, b) for a, b in zip(self.values, now, strict=True)]
        self.names = [n for n, s in zip(self.names, same, strict=True) if s]
        self.values = [v for v, s in zip(now, same, strict=True) if s]
        if not all(same) or (isinstance(self.container, dict | list) and self.count != len(self.container)):
            self.count = -1

    def changed(self) -> str:
        """Which item differs from what it was, if any."""
        for name, value, now in zip(self.names, self.values, self.items(), strict=True):
            if not _same(value, now):
                return str(name)
        return ""

    def write_check(self, script: Script, leave: str) -> None:
        """Lines that do `leave` unless all items are what they were."""
        container = script.name(self.container)
        if isinstance(self.container, _Cell):
            container = script.name(self.container.cell)
            self._compare(script, f"{container}.cell_contents", self.values[0], leave)
        elif isinstance(self.container, dict):
            if self.count >= 0:
                script.add(f"if len({container}) != {self.count}: {leave}")
            if self.count == len(self.names) > 1:
                script.add(f"if list({container}.values()) != {script.name(list(self.values))}: {leave}")
            elif len(self.names) > 1:
                values = script.name(tuple(self.values))
                script.add(f"if {script.name(itemgetter(*self.names))}({container}) != {values}: {leave}")
            else:
                for name, value in zip(self.names, self.values, strict=True):
                    self._compare(script, f"{container}[{name!r}]", value, leave)
        elif isinstance(self.container, list):
            if self.count >= 0:
                script.add(f"if {container} != {script.name(list(self.values))}: {leave}")
        else:
            for name, value in zip(self.names, self.values, strict=True):
                self._compare(script, f"{container}.{name}", value, leave)

    def _compare(self, script: Script, expression: str, value: Any, leave: str) -> None:
        held = script.name(value)
        if isinstance(value, SIMPLE) and value is not None:
            script.add(f"if {expression} is not {held} and {expression} != {held}: {leave}")
        else:
            script.add(f"if {expression} is not {held}: {leave}")


class _Cell:
    def __init__(self, cell: Any) -> None:
        self.cell = cell


class _Missing:
    pass


_MISSING = _Missing()


def _item(container: Any, name: Any) -> Any:
    if isinstance(container, _Cell):
        try:
            return container.cell.cell_contents
        except ValueError:
            return _MISSING
    if isinstance(container, dict):
        return container.get(name, _MISSING)
    if isinstance(container, list):
        return container[name] if name < len(container) else _MISSING
    return getattr(container, name, _MISSING)


def _same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and isinstance(a, SIMPLE) and (bool(a == b)))


def references(function: Callable[..., Any], arguments: Sequence[Any] = ()) -> list[Held]:
    """Everything outside of its arguments that a function's code names, and attributes of arguments, as it is now."""
    names: set[str] = set()
    while True:  # attributes are chosen by what all code names, and may be functions, whose code names more
        known = len(names)
        found = _walk([function, *arguments], names)
        if len(names) == known:
            return found


def _walk(queue: list[Any], names: set[str]) -> list[Held]:
    found: list[Held] = []
    seen: dict[int, Any] = {}
    while queue:
        value = queue.pop()
        if id(value) in seen or isinstance(value, _OPAQUE) or (isinstance(value, _SKIPPED) and not _is_own(value)):
            continue
        seen[id(value)] = value
        for held in _holders(value, names, queue):
            if held.names:
                found.append(held)
                queue += held.values
    return found


def _holders(value: Any, names: set[str], queue: list[Any]) -> list[Held]:
    """What a value holds of interest; what is only a way to other values goes into the queue."""
    if isinstance(value, FunctionType):
        return list(_of_function(value, names, queue))
    if isinstance(value, MethodType):
        queue += [value.__func__, value.__self__]
    elif isinstance(value, partial):
        queue += [value.func, *value.args, *value.keywords.values()]
    elif type(value) is tuple:
        queue += value
    elif type(value) is list:
        return [Held(value, list(range(len(value))))]
    elif isinstance(value, dict):
        return [Held(value, list(value))]
    elif isinstance(value, property):
        queue.append(value.fget)
    elif isinstance(value, ModuleType):
        return [Held(value, _named(names & vars(value).keys(), vars(value), queue))]
    elif isinstance(value, type):
        queue += value.__mro__[1:]
        return [Held(value, sorted((names | _CALLED) & vars(value).keys()))]
    else:
        queue += [type(value), *(getattr(type(value), name, None) for name in _CALLED)]
        return [Held(value, sorted(n for n in names if _has(value, n)))]
    return []


_CALLED = frozenset({"__call__", "forward"})


def _is_own(value: Any) -> bool:
    """Whether a class or module is the user's, not one of an installed package."""
    if not isinstance(value, type | ModuleType):
        return False
    name = str(value.__module__ if isinstance(value, type) else value.__name__)
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return name.partition(".")[0] not in _KNOWN and "site-packages" not in file


def _has(value: Any, name: str) -> bool:
    """Whether an object itself has an attribute, in its dict or in a slot."""
    return name in getattr(value, "__dict__", ()) or isinstance(getattr(type(value), name, None), MemberDescriptorType)


def _named(names: Iterable[str], found: dict[str, Any], queue: list[Any]) -> list[str]:
    """The names of what is to be compared; classes and modules are not, but followed."""
    chosen = sorted(names)
    queue += [found[n] for n in chosen if isinstance(found[n], _SKIPPED)]
    return [n for n in chosen if not isinstance(found[n], _SKIPPED)]


def _of_function(function: FunctionType, names: set[str], queue: list[Any]) -> Iterator[Held]:
    for cell in function.__closure__ or ():
        yield Held(_Cell(cell), ["cell"])
    if getattr(function, "__wrapped__", None) is not None:
        yield Held(vars(function), ["__wrapped__"])
    if function.__code__.co_filename.startswith(_LIBRARY):
        return
    queue += [function.__defaults__ or (), function.__kwdefaults__ or {}]
    used = set(_names(function.__code__))
    names |= used
    shared = _named(used & function.__globals__.keys(), function.__globals__, queue)
    if shared:
        yield GlobalNames(function.__globals__, shared)


def distinct(found: list[Held]) -> list[Held]:
    """Without those that say the same."""
    return list(
        {(id(getattr(h.container, "cell", h.container)), *h.names, *map(id, h.values)): h for h in found}.values()
    )


class GlobalNames(Held):
    """The globals that a function names; others may come and go."""

    def __init__(self, container: Any, names: list[Any]) -> None:
        super().__init__(container, names)
        self.count = -1

    def write_check(self, script: Script, leave: str) -> None:
        container = script.name(self.container)
        for name, value in zip(self.names, self.values, strict=True):
            self._compare(script, f"{container}.get({name!r})", value, leave)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
        elif isinstance(constant, str) and constant.isidentifier():  # as in getattr(x, "name")
            yield constant
