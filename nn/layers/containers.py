"""Modules and parameters in sequences and dictionaries."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar, overload

from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "ModuleDict",
    "ModuleList",
    "ParameterDict",
    "ParameterList",
    "Sequential",
]


M = TypeVar("M", Module, Parameter)


class _List(Module, Generic[M]):
    """Members under the names "0", "1", …"""

    _kind: type

    def _named(self) -> list[tuple[str, M]]:
        return [(name, value) for name, value in vars(self).items() if name.isdigit()]

    def _items(self) -> list[M]:
        return [value for _, value in self._named()]

    def _replace(self, named: list[tuple[str, M]]) -> None:
        """Make these the members, those with a number for a name numbered anew."""
        for name, _ in self._named():
            delattr(self, name)
        for i, (name, item) in enumerate(named):
            setattr(self, str(i) if name.isdigit() else name, item)

    def _checked(self, item: M) -> M:
        if not isinstance(item, self._kind):
            raise TypeError(f"{type(self).__name__} holds {self._kind.__name__}s, got {type(item).__name__}")
        return item

    def _new(self, named: list[tuple[str, M]]) -> Self:
        return type(self)(item for _, item in named)  # type: ignore[call-arg]

    def __len__(self) -> int:
        return len(self._items())

    def __iter__(self) -> Iterator[M]:
        return iter(self._items())

    def __contains__(self, item: object) -> bool:
        return any(item is mine for mine in self)

    @overload
    def __getitem__(self, index: int) -> M: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> M | Self:
        if isinstance(index, slice):
            return self._new(self._named()[index])
        return self._items()[self._place(index)]

    def __setitem__(self, index: int, item: M) -> None:
        setattr(self, self._named()[self._place(index)][0], self._checked(item))

    def __delitem__(self, index: int | slice) -> None:
        named = self._named()
        del named[index if isinstance(index, slice) else self._place(index)]
        self._replace(named)

    def _place(self, index: int) -> int:
        i, n = operator.index(index), len(self)
        if not -n <= i < n:
            raise IndexError(f"index {i} is out of range for a {type(self).__name__} of {n}")
        return i % n

    def append(self, item: M) -> Self:
        """Add one member at the end; returns the container."""
        setattr(self, str(len(self)), self._checked(item))
        return self

    def extend(self, items: Iterable[M]) -> Self:
        """Add members at the end; returns the container."""
        for item in list(items):
            self.append(item)
        return self

    def insert(self, index: int, item: M) -> None:
        """Add one member before `index`."""
        named = self._named()
        named.insert(index, ("0", self._checked(item)))
        self._replace(named)

    def pop(self, index: int = -1) -> M:
        """Take one member out and return it."""
        item: M = self[index]
        del self[index]
        return item


class ModuleList(_List[Module]):
    """A list of modules whose members are found as children; use it like a list. It has no forward of its own.

    >>> import nn
    >>> heads = nn.ModuleList(nn.Linear(4, k) for k in (1, 2))
    >>> [name for name, p in heads.named_parameters()]
    ['0.weight', '0.bias', '1.weight', '1.bias']
    """

    _kind = Module

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self.extend(modules or ())

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __add__(self, modules: Iterable[Module]) -> Self:
        return type(self)([*self, *modules])


class ParameterList(_List[Parameter]):
    """A list whose members are found as parameters; Tensors and arrays put into it become Parameters.

    >>> import nn, numpy as np
    >>> len(list(nn.ParameterList([np.ones(2), np.ones(3)]).parameters()))
    2
    """

    _kind = Parameter

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self.extend(values or ())

    def _checked(self, item: Any) -> Parameter:
        return item if isinstance(item, Parameter) else Parameter(item)

    def extra_repr(self) -> str:
        return "\n".join(f"({i}): {_shape_of(p)}" for i, p in enumerate(self))


class Sequential(_List[Module]):
    """Modules applied one after the other.

    Takes modules, or one dict of modules by name. Indexing gives a module, slicing a shorter Sequential.

    >>> import nn, numpy as np
    >>> model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
    >>> model(np.zeros((5, 3))).shape
    (5, 1)
    >>> model[:2]
    Sequential(
      (0): Linear(in_features=3, out_features=8, bias=True)
      (1): ReLU()
    )
    """

    _kind = Module

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self.register_module(name, self._checked(module))
        else:
            self.extend(modules)  # type: ignore[arg-type]

    def forward(self, x: Any) -> Any:
        for module in self._items():
            x = module(x)
        return x

    def _named(self) -> list[tuple[str, Module]]:
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]

    def _new(self, named: list[tuple[str, Module]]) -> Self:
        new = Sequential()
        new._replace(named)
        return new  # type: ignore[return-value]


class _Dict(Module, Generic[M]):
    """Members under names of the user's choice."""

    _kind: type

    def _named(self) -> dict[str, M]:
        members: dict[str, Any] = {name: v for name, v in vars(self).items() if isinstance(v, self._kind)}
        return members

    def _checked(self, item: Any) -> M:
        if not isinstance(item, self._kind):
            raise TypeError(f"{type(self).__name__} holds {self._kind.__name__}s, got {type(item).__name__}")
        return item  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self._named())

    def __iter__(self) -> Iterator[str]:
        return iter(self._named())

    def __contains__(self, key: object) -> bool:
        return key in self._named()

    def __getitem__(self, key: str) -> M:
        return self._named()[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._check_name(key)
        setattr(self, key, self._checked(item))

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._named().keys()

    def values(self) -> Iterable[M]:
        """The members."""
        return self._named().values()

    def items(self) -> Iterable[tuple[str, M]]:
        """Pairs of both."""
        return self._named().items()

    def update(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add or replace members."""
        for key, item in items.items() if isinstance(items, Mapping) else items:
            self[key] = item

    def pop(self, key: str) -> M:
        """Take one member out and return it."""
        item = self[key]
        del self[key]
        return item

    def clear(self) -> None:
        """Take all members out."""
        for key in list(self):
            del self[key]


class ModuleDict(_Dict[Module]):
    """A dict of modules whose members are found as children; use it like a dict. It has no forward of its own.

    >>> import nn
    >>> nn.ModuleDict({"relu": nn.ReLU(), "tanh": nn.Tanh()})["tanh"]
    Tanh()
    """

    _kind = Module

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        self.update(modules or ())


class ParameterDict(_Dict[Parameter]):
    """A dict whose members are found as parameters; Tensors and arrays put into it become Parameters.

    >>> import nn, numpy as np
    >>> nn.ParameterDict({"w": np.ones((2, 3))})["w"].shape
    (2, 3)
    """

    _kind = Parameter

    def __init__(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__()
        self.update(parameters or ())

    def _checked(self, item: Any) -> Parameter:
        return item if isinstance(item, Parameter) else Parameter(item)

    def extra_repr(self) -> str:
        return "\n".join(f"({name}): {_shape_of(p)}" for name, p in self.items())


def _shape_of(p: Parameter) -> str:
    return f"Parameter of {p.dtype} {p.shape}"
