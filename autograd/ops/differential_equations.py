"""Solutions of ordinary differential equations by SciPy's solvers, and their derivatives by the adjoint equation.

The solution y(t) of y' = f(t, y, xs) is not differentiated through the solver's steps: with a' = -(∂f/∂y)ᵀ a, solved
backwards, a(t) is the adjoint of y(t), and that of xs is ∫ (∂f/∂xs)ᵀ a dt. It is the solution of a differential
equation itself, so that derivatives of any order follow. Chen et al., "Neural ordinary differential equations" (2018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.integrate

from autograd.ops.joining import concatenate, stack
from autograd.ops.solving import Given, double, floats, numbers, replaced, solution, vector
from autograd.tensor import Tensor
from autograd.transforms import vjp

__all__ = ["odeint", "solve_ivp"]


class _Flow:
    """y (T, n) at the times (T,), the first of which is that of y0, for y' = field(t, y, xs).

    `step` is the solver: given field(t, y), y0 and times, it returns y; `back` is the one for the way back.
    """

    def __init__(self, field: Callable[..., Any], step: Callable[..., Any], back: Callable[..., Any]) -> None:
        self.field, self.step, self.back = field, step, back

    def solve(self, y0: Any, times: Any, *xs: Any) -> Any:
        return self.step(lambda t, y: self.field(t, y, xs), y0, times)

    def adjoint(self, g: Any, out: Any, xs: Sequence[Any], wanted: Sequence[bool]) -> list[Any]:
        (_, times, *xs), (_, of_times, *rest) = xs, wanted
        count, n = out.shape
        chosen = [k for k, w in enumerate(rest) if w]
        back = _Flow(_with_adjoints(self.field, n, chosen), self.back, self.back)
        a, sums = g[count - 1] * 0, np.zeros(sum(xs[k].size for k in chosen))
        slopes: list[Any] = []
        for i in range(count - 1, 0, -1):
            a = a + g[i]
            if of_times:
                slopes.append(np.sum(self.field(times[i], out[i], xs) * g[i]))
            state = concatenate([out[i], a, sums])
            state = solution(state, stack([times[i], times[i - 1]]), *xs, problem=back)[1]
            a, sums = state[n : 2 * n], state[2 * n :]
        at_start = -np.sum(self.field(times[0], out[0], xs) * a) if of_times else None
        parts: list[Any] = [None] * len(xs)
        start = 0
        for k in chosen:
            x = xs[k]
            part = sums[start : start + x.size].reshape(x.shape)
            parts[k] = part if x.dtype.kind == "c" else np.real(part)
            start += x.size
        return [a + g[0], stack([at_start, *slopes[::-1]]) if of_times else None, *parts]


def _with_adjoints(field: Callable[..., Any], n: int, chosen: Sequence[int]) -> Callable[..., Any]:
    """The field of y, its adjoint, and the sums that become those of the chosen ones of xs."""

    def wider(t: Any, state: Any, xs: Sequence[Any]) -> Any:
        y, a = state[:n], state[n : 2 * n]
        of = lambda y, *some: field(t, y, replaced(xs, chosen, some))
        value, pull = vjp(of, y, *(xs[k] for k in chosen))
        return vector([value, *(-d for d in pull(a))])

    return wider


def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    args: Any = (),
    Dfun: Any = None,
    col_deriv: Any = 0,
    full_output: Any = 0,
    *,
    tfirst: bool = False,
    **options: Any,
) -> Any:
    """The solution of y' = func(y, t, *args) with y(t[0]) = y0, at the times t (T,), by LSODA; SciPy's `odeint`.

    `y0` (n,) → y (T, n). Differentiable by y0, t and the Tensors that stand in `args`, in nested containers too.
    With `tfirst` it is func(t, y, *args). Options are SciPy's (`rtol`, `atol`, `hmax`, `mxstep`, …); the adjoint
    equation is solved with the same. With `full_output` SciPy's dict follows.

    >>> import autograd, autograd.integrate, numpy as np
    >>> end = lambda k: autograd.integrate.odeint(lambda y, t, k: -k * y, [2.0], np.array([0.0, 1.0]), (k,))[-1, 0]
    >>> round(float(end(1.0)), 5), round(autograd.grad(end)(1.0), 5)  # 2 exp(-k), -2 exp(-k)
    (0.73576, -0.73576)
    """
    given = Given("odeint", func, args)
    y0, t = numbers(y0), numbers(t)
    if not given.tensors and not any(isinstance(x, Tensor) for x in (y0, t)):
        options = {"Dfun": Dfun, "col_deriv": col_deriv, "full_output": full_output, **options}
        return scipy.integrate.odeint(given, y0, t, tfirst=tfirst, **options)
    if len(y0.shape) > 1 or len(t.shape) != 1 or not t.shape[0]:
        raise ValueError(f"odeint wants y0 (n,) and times t (T,) with T ≥ 1, got shapes {y0.shape} and {t.shape}")

    def field(t: Any, y: Any, xs: Sequence[Any]) -> Any:
        t = t if isinstance(t, Tensor) else float(t)
        return vector(given(t, y, xs=xs) if tfirst else given(y, t, xs=xs))

    report: list[Any] = []
    slopes = None if Dfun is None else Given("odeint", Dfun, args)
    by_time = slopes if tfirst or slopes is None else lambda t, y: slopes(y, t)

    def forth(field: Callable[..., Any], y0: Any, times: Any) -> Any:
        more = {"Dfun": by_time, "col_deriv": col_deriv} if by_time else {}
        y, info = scipy.integrate.odeint(field, y0, times, tfirst=True, full_output=True, **more, **options)
        report[:] = [info]
        return y

    known = {k: np.min(v) for k, v in options.items() if k in ("rtol", "atol") and v is not None}
    known |= {k: options[k] for k in ("hmax", "hmin", "mxstep", "mxhnil", "mxordn", "mxords") if k in options}
    back = lambda field, y0, times: scipy.integrate.odeint(field, y0, times, tfirst=True, **known)
    y0, t = double(floats(y0)), double(floats(t))
    y = solution(y0 if y0.shape else y0[None], t, *given.tensors, problem=_Flow(field, forth, back))
    return (y, report[0]) if full_output else y


def solve_ivp(
    fun: Callable[..., Any],
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    """The solution of y' = fun(t, y, *args) with y(t0) = y0 over `t_span` (t0, t1); SciPy's `solve_ivp`.

    Returns SciPy's result object, in which `y` (n, T), the values at the times `t` (T,), is a Tensor if anything given
    is one. Differentiable by y0 (n,), t0, t1, `t_eval` and the Tensors that stand in `args`, in nested containers too;
    without `t_eval` the times between t0 and t1 are the solver's steps, and count as constants. Options are SciPy's
    (`rtol`, `atol`, `max_step`, `jac`, …); the adjoint equation is solved with the same. Complex y0 are possible.

    Raises RuntimeError where a solution that is to be differentiated cannot be continued to the end. With Tensors
    `events` and `dense_output` are refused: their derivatives would be lost.

    >>> import autograd, autograd.integrate, numpy as np
    >>> fall = lambda g: autograd.integrate.solve_ivp(lambda t, y, g: [y[1], -g], (0.0, 2.0), [0.0, 0.0], args=(g,))
    >>> round(autograd.grad(lambda g: fall(g).y[0, -1])(9.81), 6)  # of -g t²/2
    -2.0
    """
    given = Given("solve_ivp", fun, () if args is None else tuple(args))
    start, end = (numbers(x) for x in t_span)
    y0 = numbers(y0)
    times = None if t_eval is None else numbers(t_eval)
    options["method"] = method
    if not given.tensors and not any(isinstance(x, Tensor) for x in (start, end, y0, times)):
        options |= {"dense_output": dense_output, "events": events, "vectorized": vectorized}
        return scipy.integrate.solve_ivp(given, (start, end), y0, t_eval=times, **options)
    if events is not None or dense_output:
        raise TypeError("solve_ivp: with Tensors there are no events and no dense_output; name the times in t_eval")
    if len(y0.shape) != 1:
        raise ValueError(f"solve_ivp wants y0 (n,), got shape {y0.shape}")
    y0, start, end = double(floats(y0)), double(floats(start)), double(floats(end))
    times = None if times is None else double(floats(times))

    def field(t: Any, y: Any, xs: Sequence[Any]) -> Any:
        t = t if isinstance(t, Tensor) else float(t)
        return vector(given(t, y[:, None] if vectorized else y, xs=xs))

    bare = [x.detach().numpy() if isinstance(x, Tensor) else x for x in (start, end, y0, *given.tensors)]
    at = None if times is None else times.detach().numpy() if isinstance(times, Tensor) else times
    plain = lambda t, y: field(t, y, bare[3:])
    result = scipy.integrate.solve_ivp(plain, (float(bare[0]), float(bare[1])), bare[2], t_eval=at, **options)
    if not result.success:
        raise RuntimeError(f"solve_ivp got no further than t = {result.t[-1:]}: {result.message}")

    def forth(field: Callable[..., Any], y0: Any, times: Any) -> Any:
        last = float(bare[1]) if at is not None and (bare[1] - times[-1]) * (times[-1] - bare[0]) > 0 else times[-1]
        return _steps(field, y0, times, last, options)

    dropped = ("jac", "jac_sparsity", "lband", "uband", "first_step")
    known = {k: np.min(v) if k == "atol" else v for k, v in options.items() if k not in dropped}
    back = lambda field, y0, times: _steps(field, y0, times, times[-1], known)
    result.t = times if times is not None else concatenate([start[None], result.t[1:-1], end[None]])
    whole = result.t if times is None else concatenate([start[None], times])
    y = solution(y0, whole, *given.tensors, problem=_Flow(field, forth, back))
    result.y = (y if times is None else y[1:]).T
    return result


def _steps(field: Callable[..., Any], y0: Any, times: Any, last: float, options: dict[str, Any]) -> Any:
    """The solution at the times, of which some may be equal."""
    different = np.concatenate([[True], np.diff(times) != 0])
    if different.sum() == 1 and last == times[0]:
        return np.repeat(y0[None], len(times), 0)
    at = times[different]
    found = scipy.integrate.solve_ivp(field, (times[0], last), y0, t_eval=at, **options)
    if not found.success:
        raise RuntimeError(f"solve_ivp: no solution up to t = {times[-1]}: {found.message}")
    return found.y.T[np.cumsum(different) - 1]
