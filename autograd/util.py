"""Small helpers that programs for HIPS autograd import."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["quick_grad_check", "subval", "subvals", "toposort"]


def subvals(items: Iterable[Any], changes: Iterable[tuple[int, Any]]) -> tuple[Any, ...]:
    """A tuple with some of its items replaced: `changes` are pairs of index and new item.

    >>> from autograd.util import subvals
    >>> subvals((1, 2, 3), [(0, 10), (2, 30)])
    (10, 2, 30)
    """
    changed = list(items)
    for index, item in changes:
        changed[index] = item
    return tuple(changed)


def subval(items: Iterable[Any], index: int, item: Any) -> tuple[Any, ...]:
    """A tuple with one item replaced.

    >>> from autograd.util import subval
    >>> subval((1, 2, 3), 1, 20)
    (1, 20, 3)
    """
    return subvals(items, [(index, item)])


def func(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself; once needed to take a function out of a class."""
    return f


def toposort(end: Any, parents: Callable[[Any], Iterable[Any]] = lambda node: node.parents) -> Iterator[Any]:
    """The nodes of an acyclic graph from its end to its beginnings, each after all of its users.

    >>> from autograd.util import toposort
    >>> graph = {"loss": ["a", "b"], "a": ["x"], "b": ["x"], "x": []}
    >>> list(toposort("loss", graph.get))[0], list(toposort("loss", graph.get))[-1]
    ('loss', 'x')
    """
    users: dict[Any, int] = {end: 0}
    reached = [end]
    for node in reached:
        for parent in parents(node):
            if parent not in users:
                users[parent] = 0
                reached.append(parent)
            users[parent] += 1
    ready = [end]
    while ready:
        node = ready.pop()
        yield node
        for parent in parents(node):
            users[parent] -= 1
            if not users[parent]:
                ready.append(parent)


def quick_grad_check(
    fun: Callable[..., Any], arg0: Any, extra_args: Any = (), kwargs: Any = None, **options: Any
) -> None:
    """Deprecated spelling of `autograd.test_util.check_grads`, in reverse mode and to first order."""
    from autograd.test_util import check_grads

    warnings.warn("quick_grad_check is deprecated; use autograd.test_util.check_grads", FutureWarning, stacklevel=2)
    check_grads(lambda x: fun(x, *extra_args, **(kwargs or {})), modes=["rev"], order=1)(arg0)
