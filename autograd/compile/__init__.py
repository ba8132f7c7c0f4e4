"""`autograd.compile`: a whole step traced once, planned once, and then replayed without Python per operation.

- `frontend`    Compiled: one program per signature, and when to trace again
- `recorder`    what a trace must know beyond a Program: where constants live, gradients and state left behind
- `number`      Python floats that may change from call to call
- `references`  what a function refers to outside of its arguments, to notice that it changed
- `agreement`   two traces of one signature as one program, or where they differ
- `passes`      Program → Program: less work
- `lowering`    Program → Tasks; `plan` and `memory`: where every value lies; `replay`: the calls in a row
- `explain`     the plan as text
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from autograd.compile.frontend import Compiled

__all__ = ["CompileError", "compile"]


class CompileError(RuntimeError):
    """A function does something that a program which is replayed cannot do; the message says where, and the way out.

    >>> import autograd, numpy as np
    >>> f = autograd.compile(lambda x: x if x.sum() > 0 else -x)
    >>> try:
    ...     f(np.ones(3))
    ... except autograd.CompileError as error:
    ...     print(str(error)[:29])
    bool() on the tensor of shape
    """


@overload
def compile(function: Callable[..., Any], *, limit: int = ...) -> Compiled: ...
@overload
def compile(function: None = ..., *, limit: int = ...) -> Callable[[Callable[..., Any]], Compiled]: ...
def compile(function: Callable[..., Any] | None = None, *, limit: int = 64) -> Any:
    """The same function, traced and replayed: as a decorator, or `fast = autograd.compile(slow)`.

    The first two calls with arguments of new shapes run as always, under a recorder; when they did the same, that
    becomes a program, and later calls replay it: forward, backward, clipping and the optimizer's update at once, with
    no allocation and no Python between the operations. Results, parameters, buffers, optimizer state, gradients and
    random draws are those of the function itself to rounding.

    There is one program per *signature*: shapes and dtypes of arrays, the structure of containers, and the value of
    whatever else is handed over (strings, ints, bools, objects). Python floats, and the floats among an optimizer's
    options such as `lr`, are inputs: they may change at no cost, unless the function branches on them. So are the
    contents of parameters, and of arrays and Tensors that the function takes from outside. What else it refers to
    (modules and their attributes, `train()`/`eval()`, globals, closures) is compared at each call, and a change leads
    to a new trace. More than `limit` signatures draw a warning.

    Python runs while tracing only: printing or counting inside happens in the first two calls. Raises CompileError
    where the function asks for the value of something computed (`if loss > 3`, `float(t)`, `t.item()`, `t.data`): use
    `autograd.where`, or return the value and look at it outside. `print(compiled.explain())` shows the plan.

    >>> import autograd, numpy as np
    >>> @autograd.compile
    ... def f(x, scale):
    ...     return (np.tanh(x) * scale).sum()
    >>> [round(float(f(np.ones(3), s)), 4) for s in (1.0, 2.0, 3.0)]
    [2.2848, 4.5696, 6.8543]
    """
    from autograd.compile.frontend import Compiled

    if function is None:
        return lambda function: Compiled(function, limit=limit)
    return Compiled(function, limit=limit)
