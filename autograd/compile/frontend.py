"""Compiled: a function with one program per signature."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from functools import cache, update_wrapper
from importlib.util import find_spec
from types import MethodType
from typing import Any

import numpy as np

from autograd import dtypes, graph, tree
from autograd.compile.explain import explained
from autograd.compile.passes import optimized
from autograd.compile.plan import Plan
from autograd.compile.references import SIMPLE, Held, references
from autograd.compile.replay import MISS, MOVED, Replay
from autograd.compile.tracing import Trace, run, settle
from autograd.kernels.precision import get_precision
from autograd.program import Program, Value
from autograd.tensor import Tensor

PATIENCE = 6
"""After so many traces of one signature, no two in a row of which agree, calls run as they are."""


class Signature:
    """What is known of one signature: its programs, the latest trace, and why it is not compiled, if so."""

    def __init__(self, description: str) -> None:
        self.description = description
        self.replays: list[Replay] = []
        self.latest: Trace | None = None
        self.traces = 0
        self.eager = ""
        self.kept: Sequence[Any] = ()


class Compiled:
    """What `autograd.compile` makes of a function; call it like the function.

    `signatures` describes those that were seen, `explain()` shows the plan of the latest program.

    >>> import autograd, numpy as np
    >>> f = autograd.compile(lambda x: np.exp(-x * x))
    >>> f(np.zeros(2)), len(f.signatures)
    (array([1., 1.]), 1)
    """

    def __init__(self, function: Callable[..., Any], limit: int = 64) -> None:
        if not callable(function):
            raise TypeError(f"autograd.compile wants a function or a module, got {type(function).__name__}")
        self.function, self.limit = function, limit
        self._signatures: dict[Any, Signature] = {}
        self._run: Callable[[Any, Any], Any] = _missed
        self._lock = threading.RLock()
        update_wrapper(self, function, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._run(args, kwargs)
        return self._looked_up(args, kwargs) if result is MISS or result is MOVED else result

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method: the instance becomes the first argument."""
        return self if instance is None else MethodType(self, instance)

    @property
    def signatures(self) -> list[str]:
        """The signatures seen so far, each in words."""
        return [s.description for s in self._signatures.values()]

    def explain(self, *args: Any, **kwargs: Any) -> str:
        """The plan of the program for these arguments, or without any of the one made last, as text to print.

        It lists the tasks with their instructions, FLOPs and bytes, what runs native and what through NumPy and why,
        and how memory is used; for a signature that is not compiled it says why. Raises ValueError before any call.

        >>> import autograd, numpy as np
        >>> f = autograd.compile(lambda x: np.tanh(x) * 2)
        >>> for _ in range(2):
        ...     y = f(np.ones(3))
        >>> print(f.explain().splitlines()[0])
        <lambda>(float64[3])
        """
        if not self._signatures:
            raise ValueError(f"{self._name} was not called yet, so there is no plan to explain")
        signature = next((s for s in reversed(self._signatures.values()) if s.replays), None)
        if args or kwargs or signature is None:
            leaves, structure = tree.flatten((args, kwargs))
            known = self._signatures.get(_signature_key(leaves, structure))
            if known is None and (args or kwargs):
                raise ValueError(
                    f"{self._name} was not called with ({', '.join(map(_described, leaves))}) yet; it knows "
                    f"{'; '.join(f'({s})' for s in self.signatures)}"
                )
            signature = known or next(reversed(self._signatures.values()))
        return explained(self._name, signature)

    def clear(self) -> None:
        """Forget all programs."""
        self._signatures.clear()
        self._run = _missed

    # --- finding the program -----------------------------------------------------------------------------------------

    def _looked_up(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        leaves, structure = tree.flatten((args, kwargs))
        if _inline(leaves):
            return self.function(*args, **kwargs)
        with self._lock:
            signature = self._signature(leaves, structure)
            for replay in signature.replays:
                result = replay(args, kwargs)
                if result is not MISS:
                    self._run = replay.run
                    return result
            if not signature.eager:
                return self._traced(signature, leaves, structure)
        return self.function(*args, **kwargs)

    def _signature(self, leaves: list[Any], structure: tree.Structure) -> Signature:
        key = _signature_key(leaves, structure)
        found = self._signatures.get(key)
        if found is None:
            found = self._signatures[key] = Signature(", ".join(map(_described, leaves)) or "no arguments")
            found.kept = [x for x in leaves if not isinstance(x, (*SIMPLE, np.ndarray))]
            if len(self._signatures) == self.limit + 1:
                warnings.warn(
                    f"autograd.compile: {self._name} was called with more than {self.limit} signatures, each of which "
                    f"is traced and compiled; the latest is ({found.description}). Pad arrays to few shapes, pass "
                    f"changing numbers as floats or arrays, or raise `limit`",
                    UserWarning,
                    stacklevel=4,
                )
        return found

    @property
    def _name(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    # --- tracing and compiling ---------------------------------------------------------------------------------------

    def _traced(self, signature: Signature, leaves: list[Any], structure: tree.Structure) -> Any:
        held = references(self.function, leaves)
        of_arrays = not any(isinstance(x, Tensor) for x in leaves) and not _has_tensors(self.function, held)
        result, trace = run(self.function, leaves, structure, of_arrays)
        previous, signature.latest = signature.latest, trace
        signature.traces += 1
        if trace.problem:
            self._give_up(signature, trace.problem)
        elif previous is not None:
            difference = settle(previous, trace)
            if not difference:
                for one in held:
                    one.forget_changed()
                signature.latest, signature.traces = None, 0
                _mention_what_is_missing()
                replay = Replay(_plan(trace), trace, leaves, structure, held)
                signature.replays.append(replay)
                self._run = replay.run
            elif signature.traces >= PATIENCE:
                self._give_up(signature, f"no two calls in a row did the same: {difference}")
        return result

    def _give_up(self, signature: Signature, reason: str) -> None:
        signature.eager, signature.latest = reason, None
        warnings.warn(
            f"autograd.compile: {self._name}({signature.description}) runs as it is: {reason}",
            UserWarning,
            stacklevel=5,
        )


@cache
def _mention_what_is_missing() -> None:
    """Say once that compiled functions would be quicker with llvmlite."""
    if find_spec("llvmlite") is None:
        warnings.warn(
            "autograd.compile: llvmlite is not installed, so programs run through NumPy instead of native kernels; "
            "`pip install 'chalkgrad[fast]'` makes them several times quicker",
            UserWarning,
            stacklevel=6,
        )


def _missed(args: Any, kwargs: Any) -> Any:
    return MISS


def _plan(trace: Trace) -> Plan:
    gradients = [leaf.after for leaf in trace.notes.leaves.values() if isinstance(leaf.after, Value)]
    program: Program = trace.program
    program.outputs = [*program.outputs, *gradients]
    return Plan(optimized(program), trace.notes.sources, len(gradients))


def _inline(leaves: list[Any]) -> bool:
    """Whether something else follows this call: then the function runs as it is, as a part of that."""
    mode = graph.get_mode()
    if graph.inside_transform() or (mode is not None and mode is not graph.NO_GRAD):
        return True
    tracked = (x for x in leaves if isinstance(x, Tensor) and x._node is not None)
    return mode is None and any(not x.is_leaf for x in tracked)


def _has_tensors(function: Callable[..., Any], held: list[Held]) -> bool:
    values = [function, getattr(function, "__self__", None), *(v for h in held for v in h.values)]
    return any(isinstance(v, Tensor) or hasattr(v, "_buffers") or hasattr(v, "param_groups") for v in values)


def _signature_key(leaves: list[Any], structure: tree.Structure) -> Any:
    return structure, tuple(map(_key, leaves)), graph.is_grad_enabled(), dtypes.get_default_dtype(), get_precision()


def _key(leaf: Any) -> Any:
    if isinstance(leaf, Tensor):
        return ("leaf", id(leaf)) if leaf._node is not None else (type(leaf), leaf.shape, leaf.dtype)
    if isinstance(leaf, np.ndarray | np.generic):
        return type(leaf), leaf.shape, leaf.dtype
    if type(leaf) is float:
        return float
    return (type(leaf), leaf) if isinstance(leaf, SIMPLE) else ("object", id(leaf))


def _described(leaf: Any) -> str:
    if isinstance(leaf, Tensor | np.ndarray | np.generic):
        return f"{leaf.dtype}[{', '.join(map(str, leaf.shape))}]"
    return "float" if type(leaf) is float else repr(leaf)[:40]
