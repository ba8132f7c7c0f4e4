"""Straight-line Python written for one program: what is checked and done around each replay."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any


class Script:
    """Lines of a function in the making, and the objects that they name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.namespace: dict[str, Any] = {}
        self._names: dict[int, str] = {}

    def name(self, value: Any) -> str:
        """A name by which the lines can refer to an object; the same object has one name."""
        found = self._names.get(id(value))
        if found is None:
            found = self._names[id(value)] = f"o{len(self._names)}"
            self.namespace[found] = value
        return found

    def add(self, line: str, depth: int = 0) -> None:
        """One more line."""
        self.lines.append("    " * depth + line)

    def function(self, header: str, filename: str) -> Callable[..., Any]:
        """The function with these lines as its body; its text is kept where tracebacks find it."""
        source = "\n".join([f"def {header}:", *(f"    {line}" for line in self.lines or ["pass"])]) + "\n"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        exec(compile(source, filename, "exec"), self.namespace)
        return self.namespace[header.partition("(")[0]]  # type: ignore[no-any-return]
