"""A module as a function of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from nn.inputs import is_raw, taken
from nn.module import Module, closest

__all__ = ["functional_call"]


def functional_call(
    module: Module,
    parameters_and_buffers: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with these values in the place of its parameters and buffers, named by their paths.

    `args` is a tuple of arguments, or one argument. The module itself stays as it was, so that the call can be
    differentiated by the values. What is left out keeps the module's own value, or raises with `strict`. A parameter
    that stands in several places is replaced in all of them, unless `tie_weights=False`.

    >>> import autograd, nn, numpy as np
    >>> layer = nn.Linear(1, 1)
    >>> f = lambda p: nn.functional_call(layer, p, (np.array([[3.0]]),)).sum()
    >>> autograd.grad(f)({"weight": np.array([[2.0]]), "bias": np.array([1.0])})
    {'weight': array([[3.]]), 'bias': array([1.])}

    Raises KeyError for unknown names, ValueError for shapes that differ.
    """
    given = parameters_and_buffers
    values = dict(given) if isinstance(given, Mapping) else {k: v for d in given for k, v in d.items()}
    places = _places(module)
    unknown = [name for name in values if name not in places]
    if unknown:
        hints = ", ".join(f"{name!r}{closest(name, list(places))}" for name in unknown)
        raise KeyError(f"functional_call: {type(module).__name__} has no parameter or buffer {hints}")
    if strict and (missing := [name for name in places if name not in values]):
        raise KeyError(f"functional_call(strict=True): no value for {', '.join(missing)}")
    replaced: dict[str, Any] = {}
    for name, value in values.items():
        owner, attribute = places[name]
        old = getattr(owner, attribute)
        value = taken(value, None) if is_raw(value) else value
        if old is not None and value.shape != old.shape:
            raise ValueError(f"functional_call: {name} of shape {value.shape}; the module's has shape {old.shape}")
        twins = [n for n, (o, a) in places.items() if tie_weights and getattr(o, a) is old] if old is not None else []
        for twin in {name, *twins} - (set(values) - {name}):
            replaced[twin] = value
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _standing_in({places[name]: value for name, value in replaced.items()}):
        return module(*args, **(kwargs or {}))


def _places(module: Module) -> dict[str, tuple[Module, str]]:
    found = {}
    for name, _ in (
        *module.named_parameters(remove_duplicate=False),
        *module.named_buffers(remove_duplicate=False),
    ):
        path, _, attribute = name.rpartition(".")
        found[name] = (module.get_submodule(path), attribute)
    return found


@contextmanager
def _standing_in(values: Mapping[tuple[Module, str], Any]) -> Iterator[None]:
    before = {place: vars(place[0])[place[1]] for place in values}
    try:
        for (owner, attribute), value in values.items():
            vars(owner)[attribute] = value
        yield
    finally:
        for (owner, attribute), value in before.items():
            vars(owner)[attribute] = value
