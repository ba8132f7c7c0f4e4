"""`gradcheck`: the derivatives of any function against difference quotients, with a report that names the place."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple, NoReturn

import numpy as np

from autograd.graph import OF_ARRAYS, meta_of, running_transform
from autograd.numerical import Arrays, Form, bent, differences, inner, leaf, narrowed, pull, quotient, stencil, tangents
from autograd.tensor import Tensor, wrap
from autograd.tree import Structure, flatten, unflatten

__all__ = ["GradcheckError", "PrecisionWarning", "gradcheck"]

EXHAUSTIVE = 64
"""Up to so many input elements each is moved alone; beyond, each argument moves in three random directions."""
STEPS = (5e-4, 5e-7)
"""Difference steps: the first is the most exact for smooth functions, the second stays clear of a kink nearby."""


class GradcheckError(AssertionError):
    """A derivative that is wrong, not finite, or does not exist.

    `argument` its name · `index` of the element · `analytic` and `numeric` the two values · `direction` in which the
    inputs were moved (an array per input) · `order` · `mode`. What does not apply is None.

    >>> import autograd, numpy as np
    >>> try:
    ...     autograd.gradcheck(lambda x: autograd.where(x > 0, autograd.stop_gradient(x), x), np.array([1.0]))
    ... except autograd.GradcheckError as error:
    ...     print(error.analytic, round(error.numeric, 6))
    0.0 1.0
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(f"gradcheck: {message}")
        self.argument: str | None = details.get("argument")
        self.index: tuple[int, ...] | None = details.get("index")
        self.analytic: complex | None = details.get("analytic")
        self.numeric: complex | None = details.get("numeric")
        self.direction: Sequence[np.ndarray] | None = details.get("direction")
        self.order: int | None = details.get("order")
        self.mode: str | None = details.get("mode")


class PrecisionWarning(UserWarning):
    """Inputs of lower precision were checked in float64.

    >>> import autograd, numpy as np
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     autograd.gradcheck(np.sin, np.ones(2, np.float32))
    >>> caught[0].category.__name__
    'PrecisionWarning'
    """


def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    params: Mapping[str, Tensor] | None = None,
    order: int = 2,
    modes: Sequence[str] = ("rev", "fwd"),
    complex_step: bool | None = None,
    eps: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-8,
    seed: int = 0,
) -> None:
    """Check the derivatives of `f` at `inputs` up to `order` against difference quotients; raises if one is wrong.

    `f` is called with Tensors; inputs and results may be arrays, Tensors, numbers, or nested containers of them. All
    floating inputs are varied, in float64 (with a `PrecisionWarning` if they came in less), complex ones in their real
    and imaginary parts; others are constants.
    Tensors that `f` closes over, such as a module's parameters, are varied too when given as `params`, a mapping from
    names to Tensors; afterwards they are as before.

    Order 1 compares the gradient of a random combination ⟨w, f⟩ with nine-point differences: element by element up to
    64 elements, in random directions beyond. Order k + 1 compares the derivative, along a random direction, of the
    gradient of order k as a function of the inputs and of w. `complex_step` compares order 1 with Im f(x + ih)/h too,
    which is exact to about eleven digits; None does so where `f` takes complex Tensors and is analytic. Mode "fwd" does
    all of it in forward mode, at higher orders forward over reverse.

    A derivative passes if |analytic - numeric| <= atol · (1 + max|f|) + rtol · |numeric|. The differences are right to
    some twelve digits (with step `eps`, by default 5e-4) or, where those fail, ten (with a thousandth of it, to stay
    clear of a kink nearby); 1e-6 leaves the others to steep functions.

    Raises GradcheckError, also at a kink and for NaN; ValueError if there is nothing to vary or `f` is random.

    >>> import autograd
    >>> autograd.gradcheck(lambda x: x * autograd.tanh(x), 0.5)
    """
    if order < 1:
        raise ValueError(f"gradcheck: order must be at least 1, got {order}")
    if set(modes) - {"rev", "fwd"} or not modes:
        raise ValueError(f"gradcheck: modes must be some of 'rev' and 'fwd', got {tuple(modes)}")
    leaves, structure = flatten(inputs)
    paths = list(_paths(structure, _argument_names(f, len(inputs))))
    varied = [i for i, value in enumerate(leaves) if _is_floating(value)]
    held = list((params or {}).values())
    names = [*(paths[i] for i in varied), *(params or {})]
    values = [*(leaves[i] for i in varied), *held]
    if not values:
        raise ValueError("gradcheck: no input is floating; write 2.0 instead of 2, or pass `params`")
    _say_if_converted(names, values)
    of_arrays = not any(isinstance(x, Tensor) for x in (*leaves, *held))

    def function(xs: Sequence[Tensor]) -> list[Any]:
        arguments = list(leaves)
        for i, x in zip(varied, xs):
            arguments[i] = x
            if of_arrays and x._node is not None:
                meta_of(x._node).stands_in = True
        with _standing_in(held, xs[len(varied) :]), running_transform(OF_ARRAYS) if of_arrays else nullcontext():
            out = f(*unflatten(structure, arguments))
        return [o if isinstance(o, Tensor) else wrap(np.asarray(o)) for o in flatten(out)[0]]

    point = [np.array(v.data if isinstance(v, Tensor) else v, _widest(v)) for v in values]
    checker = _Checker(Form(function, point, np.random.default_rng(seed)), names, eps, rtol, atol, seed)
    checker.check_values()
    for mode in modes:
        checker.check_first(mode)
    if complex_step is not False:
        checker.check_complex_step(required=complex_step is True)
    for k in range(2, order + 1):
        for mode in modes:
            checker.check_higher(k, mode)


class _Wrong(NamedTuple):
    """Where two derivatives differ, or where one has a kink: result `k` at the index `at`."""

    kink: bool
    k: int
    at: tuple[int, ...]
    analytic: complex
    numeric: complex


class _Checker:
    """One run of `gradcheck`."""

    def __init__(self, form: Form, names: list[str], eps: float | None, rtol: float, atol: float, seed: int) -> None:
        self.form, self.names, self.rtol, self.atol = form, names, rtol, atol
        self.rng = np.random.default_rng([seed, 1])
        self.steps = STEPS if eps is None else (eps, eps / 1000)

    # --- what is checked --------------------------------------------------------------------------------------------

    def check_values(self) -> None:
        """The results are finite, in float64, and the same at every call."""
        first, again = self.form.value(self.form.inputs), self.form.value(self.form.inputs)
        if not first:
            raise ValueError("gradcheck: f returns nothing floating, so it has no derivative")
        for k, (value, other) in enumerate(zip(first, again)):
            if value.dtype != _widest(value):
                raise GradcheckError(
                    f"result {k} of f is {value.dtype} although all inputs are {_widest(value)}, too coarse for "
                    f"difference quotients: something inside f changes the dtype"
                )
            if not np.isfinite(value).all():
                index = _first(~np.isfinite(value))
                raise GradcheckError(f"{self._result(k, index)} is {value[index]}", index=index)
            if not np.array_equal(value, other):
                raise ValueError("gradcheck: f gives other results when called again; seed its random draws inside f")

    def check_first(self, mode: str) -> None:
        """Order 1, along each direction."""
        form = self.form
        gradient = form.gradient(form.point)[: len(form.inputs)]
        self._refuse_nan(gradient, 1)

        def wrong(v: Arrays) -> _Wrong | None:
            if mode == "rev":
                return self._compare(
                    form.value, form.inputs, v, lambda q: [(inner(gradient, v), inner(q, form.weights))]
                )
            pushed = tangents(form.results, form.inputs, v)
            return self._compare(form.value, form.inputs, v, lambda q: list(zip(pushed, q)))

        for v in self._directions():
            found = wrong(v)
            if found is not None:
                self._report_first(wrong, v, found, mode)

    def check_complex_step(self, required: bool) -> None:
        """Order 1 again, against Im f(x + ihv)/h."""
        form, n = self.form, len(self.form.inputs)
        v = form.direction(self.rng)[:n]
        exact = self._complex_derivative(v, required)
        if exact is None:
            return
        analytic, numeric = inner(form.gradient(form.point)[:n], v), inner(exact, form.weights)
        if not abs(analytic - numeric) <= 1e-11 * (1 + inner(exact, form.weights, absolute=True)):
            raise GradcheckError(
                f"derivative along a random direction at order 1, mode rev: analytic {analytic!r}, complex step "
                f"{numeric!r}",
                analytic=analytic,
                numeric=numeric,
                direction=v,
                order=1,
                mode="rev",
            )

    def check_higher(self, order: int, mode: str) -> None:
        """The gradient of one order less, as a function of inputs and w, along a random direction."""
        form = self.form
        *others, v = [form.direction(self.rng) for _ in range(order - 1)]
        if mode == "rev":
            analytic = form.gradient(form.point, [*others, v])
        else:
            analytic = tangents(lambda z: form.sweep(z, others), form.point, v)
        self._refuse_nan(analytic, order)
        wrong = self._compare(lambda z: form.gradient(z, others), form.point, v, lambda q: list(zip(analytic, q)))
        if wrong is None:
            return
        where = self._place(wrong.k, wrong.at)
        details = {"argument": self._name(wrong.k), "index": wrong.at, "direction": v, "order": order, "mode": mode}
        if wrong.kink:
            raise GradcheckError(
                f"not differentiable here {order} times: the derivative of order {order - 1} by {where} has a kink or "
                f"a jump. Check at a point beside it, or with order={order - 1}",
                **details,
            )
        raise GradcheckError(
            f"derivative of order {order}, mode {mode}, by {where} and along a random direction: analytic "
            f"{wrong.analytic:.10g}, numeric {wrong.numeric:.10g}",
            analytic=wrong.analytic,
            numeric=wrong.numeric,
            **details,
        )

    # --- how --------------------------------------------------------------------------------------------------------

    def _directions(self) -> Iterator[Arrays]:
        zeros = [np.zeros_like(x) for x in self.form.inputs]
        exhaustive = sum(x.size for x in zeros) <= EXHAUSTIVE
        for k, x in enumerate(zeros):
            for choice in np.eye(x.size) if exhaustive else self.rng.uniform(-1, 1, (3, x.size)):
                for unit in (1, 1j) if x.dtype.kind == "c" else (1,):
                    yield [*zeros[:k], unit * choice.reshape(x.shape), *zeros[k + 1 :]]

    def _compare(
        self, f: Any, point: Arrays, v: Arrays, pairs: Callable[[Arrays], list[tuple[Any, Any]]]
    ) -> _Wrong | None:
        """Compare `pairs(difference quotients of f along v)`, analytic and numeric; None if well at some step."""
        centre = f(point)
        scale = 1 + max(float(np.max(np.abs(c), initial=0)) for c in centre)
        wrong = None
        for h in self.steps:
            values = list(zip(*stencil(f, point, v, h)))
            rough = pairs([(at[4] - at[3]) / (2 * h) for at in values])
            wrong = self._kink(values, centre, 1e-5 * h * scale) or self._mismatch(
                pairs([quotient(at, h) for at in values]), rough if h == self.steps[-1] else None, self.atol * scale
            )
            if wrong is None:
                return None
        return wrong

    @staticmethod
    def _kink(values: list[Any], centre: Arrays, threshold: float) -> _Wrong | None:
        for k, (at, c) in enumerate(zip(values, centre)):
            where = bent(at, c, threshold)
            if where.any():
                return _Wrong(True, k, _first(where), np.nan, np.nan)
        return None

    def _mismatch(
        self, pairs: list[tuple[Any, Any]], rough: list[tuple[Any, Any]] | None, atol: float
    ) -> _Wrong | None:
        for k, (analytic, numeric) in enumerate(pairs):
            a, n = np.asarray(analytic), np.asarray(numeric)
            excess = np.abs(a - n) - (atol + self.rtol * np.abs(n))
            if rough is not None:  # where the next derivative jumps, the quotients themselves are only good to that
                excess -= 3 * np.abs(n - rough[k][1])
            if not (excess <= 0).all():
                index = _first(excess == np.max(excess)) if np.isfinite(excess).all() else _first(~np.isfinite(excess))
                return _Wrong(False, k, index, a[index].item(), n[index].item())
        return None

    def _report_first(self, wrong: Callable[[Arrays], _Wrong | None], v: Arrays, found: _Wrong, mode: str) -> NoReturn:
        v, found = narrowed(wrong, v, found)
        place = next(k for k, d in enumerate(v) if d.any())
        single = np.count_nonzero(v[place]) == 1
        index = _first(v[place] != 0) if single else None
        where = self._place(place, index) if index is not None else f"{self.names[place]} along a random direction"
        details = {"argument": self.names[place], "index": index, "direction": v, "order": 1, "mode": mode}
        if found.kink:
            at = f" = {self.form.inputs[place][index]:.6g}" if index is not None else ""
            raise GradcheckError(
                f"not differentiable here: {self._result(found.k, found.at)} has a kink or a jump in {where}{at}. "
                f"Check at a point beside it",
                **details,
            )
        if mode == "rev":
            result, analytic, numeric = self._worst_result(v, found)
        else:
            result, analytic, numeric = self._result(found.k, found.at), found.analytic, found.numeric
        raise GradcheckError(
            f"derivative of {result} by {where} at order 1, mode {mode}: analytic {analytic:.10g}, numeric "
            f"{numeric:.10g}",
            analytic=analytic,
            numeric=numeric,
            **details,
        )

    def _worst_result(self, v: Arrays, found: _Wrong) -> tuple[str, complex, complex]:
        """The element of the results whose derivative along v is the most wrong, if they are not too many."""
        form = self.form
        if sum(w.size for w in form.weights) > 1000:
            return "a random combination of the results", found.analytic, found.numeric
        xs = [leaf(x) for x in form.inputs]
        outs, numeric = form.results(xs), differences(form.value, form.inputs, v, self.steps[0])
        worst: tuple[str, complex, complex] = ("f", found.analytic, found.numeric)
        for k, out in enumerate(outs):
            for index in np.ndindex(out.shape):
                one = np.zeros(out.shape, out.dtype)
                one[index] = 1
                analytic: complex = inner([d.data for d in pull([out], xs, [one], False)], v)
                if out.dtype.kind == "c":
                    analytic += 1j * inner([d.data for d in pull([out], xs, [-1j * one], False)], v)
                if abs(analytic - numeric[k][index]) >= abs(worst[1] - worst[2]) or worst[0] == "f":
                    worst = (self._result(k, index), analytic, numeric[k][index].item())
        return worst

    def _complex_derivative(self, v: Arrays, required: bool) -> Arrays | None:
        h = 1e-30
        if any(z.dtype.kind == "c" for z in self.form.point):
            if required:
                raise ValueError("gradcheck: complex steps need real inputs and results; leave complex_step out")
            return None
        try:
            with np.errstate(all="ignore"):
                moved = self.form.function([wrap(x + 1j * h * d) for x, d in zip(self.form.inputs, v)])
            moved = [moved[k].data for k in self.form.outputs]
            problem = "" if all(m.dtype.kind == "c" for m in moved) else "f gives real results for complex inputs"
        except (TypeError, ValueError, NotImplementedError, np.exceptions.ComplexWarning) as error:
            problem = f"f does not take complex Tensors ({error})"
        if problem:
            if required:
                raise ValueError(f"gradcheck: {problem}; leave complex_step out, or pass False")
            return None
        exact = [m.imag / h for m in moved]
        rough = differences(self.form.value, self.form.inputs, v, self.steps[0])
        analytic = all(np.allclose(e, r, rtol=1e-4, atol=1e-4) for e, r in zip(exact, rough))
        return exact if analytic or required else None

    def _refuse_nan(self, gradient: Arrays, order: int) -> None:
        for k, d in enumerate(gradient):
            if not np.isfinite(d).all():
                index = _first(~np.isfinite(d))
                raise GradcheckError(
                    f"the derivative of order {order} by {self._place(k, index)} is {d[index]}",
                    argument=self._name(k),
                    index=index,
                    analytic=d[index].item(),
                    order=order,
                    mode="rev",
                )

    # --- names ------------------------------------------------------------------------------------------------------

    def _name(self, k: int) -> str:
        n = len(self.names)
        return self.names[k] if k < n else f"the adjoint of result {k - n}"

    def _place(self, k: int, index: tuple[int, ...]) -> str:
        return f"{self._name(k)}{list(index) if index else ''}"

    def _result(self, k: int, index: tuple[int, ...]) -> str:
        name = "f" if len(self.form.outputs) == 1 else f"result {self.form.outputs[k]} of f"
        return f"{name}{list(index) if index else ''}"


@contextmanager
def _standing_in(tensors: Sequence[Tensor], replacements: Sequence[Tensor]) -> Iterator[None]:
    """Let the tensors have the values and the place in the graph of others for a while."""
    before = [(t._data, t._node) for t in tensors]
    for t, r in zip(tensors, replacements):
        t._data, t._node = r._data, r._node
    try:
        yield
    finally:
        for t, (data, node) in zip(tensors, before):
            t._data, t._node = data, node


def _is_floating(value: Any) -> bool:
    return isinstance(value, float | complex) or (hasattr(value, "dtype") and value.dtype.kind in "fc")


def _widest(value: Any) -> np.dtype:
    """The dtype in which a value is checked."""
    kind = np.asarray(value.data if isinstance(value, Tensor) else value).dtype.kind
    return np.dtype(np.complex128 if kind == "c" else np.float64)


def _say_if_converted(names: Sequence[str], values: Iterable[Any]) -> None:
    coarse = [f"{n} ({v.dtype})" for n, v in zip(names, values) if hasattr(v, "dtype") and v.dtype != _widest(v)]
    if coarse:
        warnings.warn(f"gradcheck: checked in float64 instead: {', '.join(coarse)}", PrecisionWarning, stacklevel=3)


def _argument_names(f: Callable[..., Any], count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    single = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][:count]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "argument ")
    ends = ("", "") if rest == "argument " else ("[", "]")
    return single + [
        f"{rest}{ends[0]}{i - (len(single) if ends[0] else 0)}{ends[1]}" for i in range(len(single), count)
    ]


def _paths(structure: Structure, names: Sequence[str]) -> Iterator[str]:
    """The names of the leaves below containers that are themselves called `names`."""
    for name, child in zip(names, structure.children):
        if child.kind is None:
            yield name
        elif child.keys:
            yield from _paths(child, [f"{name}[{key!r}]" for key in child.keys])
        else:
            yield from _paths(child, [f"{name}[{i}]" for i in range(len(child.children))])


def _first(mask: np.ndarray) -> tuple[int, ...]:
    """The index of the first True."""
    return tuple(int(i) for i in np.argwhere(mask)[0])
