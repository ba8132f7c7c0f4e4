"""Elementwise expressions: the small language in which fused code and the ends of other kernels say what they compute.

An expression is a tuple of steps, each `(operation, operand, …, parameter, …)`. An operand is the number of a value
(inputs are counted first, then the steps before) or a float, which is a constant of the other operands' type:

    (("add", 0, 1), ("maximum", 2, 0.0))        of two inputs: max(x + y, 0), which is value 3

Operations are named, and behave, as the library's primitives; parameters follow the operands in the order of their
declaration. Values are numbers or vectors, all with the same number of lanes: float32, float64, int32, int64, or masks,
which is what comparisons give and what becomes of booleans. A mask among numbers counts as 0 and 1, float32 among
float64 becomes float64; all else wants an explicit `astype`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.kernels.native import inverse_math, vector_math
from autograd.kernels.native.code import Code
from autograd.kernels.native.values import F32, F64, I1, Value, constant, type_of

Step = tuple[Any, ...]
Steps = tuple[Step, ...]


class Operation(NamedTuple):
    """How an operation is written, how many operands it takes, and of which kind they are.

    `kind` is floats (at least one, masks may be among them), numbers (integers too) or any. `parameters` follow the
    operands in a step; those left out at the end have their defaults. `cost` is roughly that of so many additions.
    """

    write: Callable[..., Value]
    kind: str
    operands: int
    parameters: tuple[str, ...]
    cost: int


OPERATIONS: dict[str, Operation] = {}


def operation(kind: str, cost: int = 1, name: str = "") -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Enter a function of (code, *operands, /, *parameters) into the table, under its own name or another."""

    def enter(write: Callable[..., Value]) -> Callable[..., Value]:
        known = list(inspect.signature(write).parameters.values())[1:]
        operands = [p for p in known if p.kind is p.POSITIONAL_ONLY]
        parameters = tuple(p.name for p in known if p.kind is not p.POSITIONAL_ONLY)
        title = name or write.__name__.strip("_")
        OPERATIONS[title] = Operation(write, kind, len(operands), parameters, cost)
        return write

    return enter


def step(name: str, operands: Sequence[int | float], parameters: Mapping[str, Any] | None = None) -> Step:
    """A step from a primitive's call: its operands, and its parameters by name."""
    known, given = OPERATIONS[name], dict(parameters or {})
    defaults = inspect.signature(known.write).parameters
    values = [given.pop(p, defaults[p].default) for p in known.parameters]
    if given:
        raise TypeError(f"{name} has the parameters {', '.join(known.parameters) or '(none)'}, got {', '.join(given)}")
    return name, *map(_exact, operands), *values


class Constant(float):
    """A number in a step: it equals numbers of the same bits, and no operand.

    To Python 1.0 equals the operand 1, and 0.0 equals -0.0: what is remembered by steps would be mixed up.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and float.hex(self) == float.hex(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__


def _exact(value: Any) -> Any:
    return Constant(value) if type(value) is float else value


def serves(name: str, dtypes: Sequence[Any]) -> bool:
    """Whether there is such an operation on arrays of these dtypes; None stands for a Python number."""
    known = OPERATIONS.get(name)
    if known is None or len(dtypes) != known.operands:
        return False
    kinds = {np.dtype(d).kind for d in dtypes if d is not None} - ({"b"} if known.kind != "any" else set())
    able = {"floats": {"f"}, "numbers": {"f", "i"}, "any": {"f", "i", "b"}}[known.kind]
    sized = all(np.dtype(d).name in ("float32", "float64", "int32", "int64", "bool") for d in dtypes if d is not None)
    return sized and bool(kinds) and kinds <= able and (len(kinds) == 1 or name.startswith(("logical", "where")))


def emit_expression(code: Code, steps: Sequence[Step], inputs: Sequence[Value]) -> list[Value]:
    """Write an expression; returns all its values, the inputs first.

    Raises ValueError for an operation that is not in the table, TypeError for operands that it cannot take.
    """
    values = list(inputs)
    for name, *rest in steps:
        values.append(emit_step(code, name, rest, values))
    return values


def emit_step(code: Code, name: str, rest: Sequence[Any], values: Sequence[Value]) -> Value:
    """Write one step, given the values that its operands count."""
    known = OPERATIONS.get(name)
    if known is None:
        raise ValueError(f"expressions have no operation {name!r}; there are {', '.join(sorted(OPERATIONS))}")
    operands = [values[k] if isinstance(k, int) else k for k in rest[: known.operands]]
    if known.kind != "any":
        operands = alike(code, name, operands, known.kind)
    return known.write(code, *operands, *rest[known.operands :])


def alike(code: Code, name: str, operands: Sequence[Any], kind: str = "numbers") -> list[Value]:
    """The operands as values of one type: that of the numbers among them."""
    types = {v.element for v in operands if isinstance(v, Value)} - {I1}
    if types == {F32, F64}:
        types = {F64}
    if len(types) != 1 or (kind == "floats" and not types <= {F32, F64}):
        got = ", ".join(str(v.element) if isinstance(v, Value) else repr(v) for v in operands)
        raise TypeError(f"{name} of an expression wants {kind} of one type, got {got}; say which by astype")
    (element,) = types
    model = next(v for v in operands if isinstance(v, Value))
    return [number(code, v, element) if isinstance(v, Value) else filled(code, v, element, model) for v in operands]


def filled(code: Code, value: float, element: Any, model: Value) -> Value:
    """A constant with as many lanes as another value."""
    kind = element if model.lanes == 1 else type(model.type)(element, model.lanes)
    return Value(code, constant(kind, value if element in (F32, F64) else int(value)))


def number(code: Code, x: Value, element: Any) -> Value:
    """x as numbers of a type; a mask as 0 and 1."""
    if x.element == I1:
        return code.where(x, filled(code, 1, element, x), filled(code, 0, element, x))
    return code.convert(x, element)


def mask(code: Code, x: Value | float) -> Any:
    """Whether x is not 0."""
    return x if isinstance(x, Value) and x.element == I1 else x.ne(0) if isinstance(x, Value) else bool(x)


# --- arithmetic -------------------------------------------------------------------------------------------------------

operation("numbers", name="add")(lambda code, x, y, /: x + y)
operation("numbers", name="subtract")(lambda code, x, y, /: x - y)
operation("numbers", name="multiply")(lambda code, x, y, /: x * y)
operation("floats", 4, name="divide")(lambda code, x, y, /: x / y)
operation("numbers", name="negative")(lambda code, x, /: -x)
operation("numbers", name="positive")(lambda code, x, /: x)
operation("numbers", name="square")(lambda code, x, /: x * x)
operation("floats", 4, name="sqrt")(lambda code, x, /: code.sqrt(x))
operation("floats", 8, name="rsqrt")(lambda code, x, /: 1.0 / code.sqrt(x))
operation("floats", 4, name="reciprocal")(lambda code, x, /: 1.0 / x)
operation("floats", name="absolute")(lambda code, x, /: code.abs(x))
operation("floats", name="copysign")(lambda code, x, y, /: code.copysign(x, y))
operation("floats", name="deg2rad")(lambda code, x, /: x * (math.pi / 180))
operation("floats", name="rad2deg")(lambda code, x, /: x * (180 / math.pi))
operation("floats", name="floor")(lambda code, x, /: code.floor(x))
operation("floats", name="ceil")(lambda code, x, /: -code.floor(-x))
operation("floats", name="trunc")(lambda code, x, /: code.copysign(code.floor(code.abs(x)), x))
operation("floats", name="rint")(lambda code, x, /: code.rint(x))


@operation("floats", 2)
def sign(code: Code, x: Value, /) -> Value:
    """-1, 0 or 1; NaN of NaN."""
    result = code.where(x > 0.0, x.like(1), x.like(-1))
    return code.where(x.eq(0.0), x.like(0), code.where(x.ne(x), x, result))


@operation("floats", 8)
def hypot(code: Code, x: Value, y: Value, /) -> Value:
    """√(x² + y²), infinite where either is, even beside NaN."""
    a, b = code.abs(x), code.abs(y)
    large, small = code.maximum(a, b), code.minimum_of(a, b)
    ratio = small / code.where(large.eq(0.0), large.like(1), large)
    infinite = large.like(math.inf)
    result = large * code.sqrt(code.fma(ratio, ratio, ratio.like(1)))
    return code.where(a.eq(infinite) | b.eq(infinite), infinite, result)


@operation("floats", 10)
def power(code: Code, x: Value, y: Value, /) -> Value:
    """xʸ"""
    return vector_math.power(code, x, y)


@operation("floats", 4)
def constant_power(code: Code, x: Value, /, exponent: float) -> Value:
    """x to the power of a Python number."""
    if exponent == 0.5:
        return code.sqrt(x)
    if exponent in (-1, 0, 1, 2, 3, 4):
        powers = [x.like(1), x, x * x, x * x * x, (x * x) * (x * x)]
        return 1.0 / x if exponent == -1 else powers[int(exponent)]
    return vector_math.power(code, x, x.like(exponent))


# --- comparisons and choices ------------------------------------------------------------------------------------------

operation("numbers", name="equal")(lambda code, x, y, /: x.eq(y))
operation("numbers", name="not_equal")(lambda code, x, y, /: x.ne(y))
operation("numbers", name="less")(lambda code, x, y, /: x < y)
operation("numbers", name="less_equal")(lambda code, x, y, /: x <= y)
operation("numbers", name="greater")(lambda code, x, y, /: x > y)
operation("numbers", name="greater_equal")(lambda code, x, y, /: x >= y)
operation("any", name="logical_and")(lambda code, x, y, /: mask(code, x) & mask(code, y))
operation("any", name="logical_or")(lambda code, x, y, /: mask(code, x) | mask(code, y))
operation("any", name="logical_xor")(lambda code, x, y, /: mask(code, x) ^ mask(code, y))
operation("any", name="logical_not")(lambda code, x, /: ~mask(code, x))
operation("floats", name="isnan")(lambda code, x, /: x.ne(x))
operation("floats", name="isinf")(lambda code, x, /: code.abs(x).eq(math.inf))
operation("floats", name="isfinite")(lambda code, x, /: code.abs(x) < math.inf)
operation("floats", name="signbit")(lambda code, x, /: code.copysign(x.like(1), x) < 0.0)
operation("numbers", 2, name="maximum")(lambda code, x, y, /: code.maximum(x, y))
operation("numbers", 2, name="minimum")(lambda code, x, y, /: code.minimum_of(x, y))
operation("numbers", 2, name="clip_min")(lambda code, x, low, /: code.maximum(x, low))
operation("numbers", 2, name="clip_max")(lambda code, x, high, /: code.minimum_of(x, high))
operation("numbers", 2, name="fmax")(lambda code, x, y, /: code.where((x > y) | y.ne(y), x, y))
operation("numbers", 2, name="fmin")(lambda code, x, y, /: code.where((x < y) | y.ne(y), x, y))


@operation("any")
def where(code: Code, condition: Value, x: Any, y: Any, /, dtype: Any = None) -> Value:
    """x where the condition is not 0, else y; of two Python numbers, `dtype` says what they are."""
    condition = mask(code, condition)
    if dtype is not None:
        element = type_of(dtype)
        x, y = (
            number(code, v, element) if isinstance(v, Value) else filled(code, v, element, condition) for v in (x, y)
        )
    elif not (isinstance(x, Value) and isinstance(y, Value) and x.type == y.type):
        x, y = alike(code, "where", (x, y))
    return code.where(condition, x, y)


@operation("any")
def astype(code: Code, x: Value, /, dtype: Any, copy: bool = True) -> Value:
    """x as numbers of another dtype, or as a mask."""
    return mask(code, x) if np.dtype(dtype) == np.bool_ else number(code, x, type_of(dtype))


@operation("floats", 2)
def heaviside(code: Code, x: Value, y: Value, /) -> Value:
    """0 where x < 0, y where x = 0, 1 where x > 0."""
    result = code.where(x.eq(0.0), y, code.where(x > 0.0, x.like(1), x.like(0)))
    return code.where(x.ne(x), x, result)


@operation("floats", 2)
def nan_to_num(code: Code, x: Value, /, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Value:
    """x with NaN and infinities replaced."""
    largest = float(np.finfo(np.float32 if x.element == F32 else np.float64).max)
    x = code.where(x.eq(math.inf), x.like(largest if posinf is None else posinf), x)
    x = code.where(x.eq(-math.inf), x.like(-largest if neginf is None else neginf), x)
    return code.where(x.ne(x), x.like(nan), x)


# --- exponentials, logarithms, angles ---------------------------------------------------------------------------------


def _unary(write: Callable[[Code, Value], Value]) -> Callable[..., Value]:
    return lambda code, x, /: write(code, x)


def _binary(write: Callable[[Code, Value, Value], Value]) -> Callable[..., Value]:
    return lambda code, x, y, /: write(code, x, y)


for _module, _make, _cost, _names in (
    (vector_math, _unary, 15, "exp exp2 expm1 log log2 log10 log1p"),
    (vector_math, _unary, 20, "sin cos tan arctan sinh cosh tanh sigmoid erf erfc"),
    (inverse_math, _unary, 30, "arcsin arccos arcsinh arccosh arctanh"),
    (inverse_math, _binary, 30, "arctan2 logaddexp2"),
):
    for _name in _names.split():
        operation("floats", _cost, name=_name)(_make(getattr(_module, _name)))

operation("floats", 15, name="gaussian")(lambda code, x, /: vector_math.gaussian(code, x))


@operation("floats", 30)
def logaddexp(code: Code, x: Value, y: Value, /) -> Value:
    """ln(eˣ + eʸ)"""
    larger = code.maximum(x, y)
    more = vector_math.log1p_of_some(code, vector_math.exp(code, -code.abs(x - y)))
    return code.where(x.eq(y), x + math.log(2), larger + more)


# --- activations and losses -------------------------------------------------------------------------------------------

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946

operation("numbers", name="relu")(lambda code, x, /: code.relu(x))
operation("numbers", name="relu6")(lambda code, x, /: code.minimum_of(code.relu(x), 6))
operation("floats", 5, name="softsign")(lambda code, x, /: x / (code.abs(x) + 1.0))
operation("floats", 20, name="silu")(lambda code, x, /: x * vector_math.sigmoid(code, x))
operation("floats", 20, name="tanhshrink")(lambda code, x, /: x - vector_math.tanh(code, x))


@operation("floats", 2)
def step_(code: Code, x: Value, /) -> Value:
    """1 where x >= 0, else 0."""
    return heaviside(code, x, x.like(1))


@operation("floats", 2)
def leaky_relu(code: Code, x: Value, /, negative_slope: float = 0.01) -> Value:
    """x where x > 0, else negative_slope · x."""
    return code.where(x > 0.0, x, x * float(negative_slope))


@operation("floats", 15)
def elu(code: Code, x: Value, /, alpha: float = 1.0) -> Value:
    """x where x > 0, else alpha · (eˣ - 1)."""
    return code.where(x > 0.0, x, vector_math.expm1(code, x) * float(alpha))


@operation("floats", 15)
def celu(code: Code, x: Value, /, alpha: float = 1.0) -> Value:
    """x where x > 0, else alpha · (e^(x/alpha) - 1)."""
    return code.where(x > 0.0, x, vector_math.expm1(code, x / float(alpha)) * float(alpha))


@operation("floats", 15)
def selu(code: Code, x: Value, /) -> Value:
    """λ·x where x > 0, else λ·α·(eˣ - 1)."""
    return code.where(x > 0.0, x * SELU_SCALE, vector_math.expm1(code, x) * (SELU_SCALE * SELU_ALPHA))


@operation("floats", 2)
def hardtanh(code: Code, x: Value, /, min_val: float = -1.0, max_val: float = 1.0) -> Value:
    """x limited to [min_val, max_val]."""
    return code.minimum_of(code.maximum(x, min_val), max_val)


@operation("floats", 3)
def hardsigmoid(code: Code, x: Value, /) -> Value:
    """min(max(x + 3, 0), 6) / 6"""
    return hardtanh(code, x + 3.0, 0.0, 6.0) / 6.0


@operation("floats", 3)
def hardswish(code: Code, x: Value, /) -> Value:
    """x · min(max(x + 3, 0), 6) / 6"""
    return x * hardsigmoid(code, x)


@operation("floats", 2)
def hardshrink(code: Code, x: Value, /, lambd: float = 0.5) -> Value:
    """x where |x| > lambd, else 0."""
    return x * number(code, code.abs(x) > float(lambd), x.element)


@operation("floats", 2)
def softshrink(code: Code, x: Value, /, lambd: float = 0.5) -> Value:
    """x moved towards 0 by lambd."""
    return x - hardtanh(code, x, -lambd, lambd)


@operation("floats", 2)
def threshold(code: Code, x: Value, /, threshold: float, value: float) -> Value:
    """x where x > threshold, else value."""
    return code.where(x > float(threshold), x, x.like(value))


@operation("floats", 2)
def dropout(code: Code, x: Value, mask: Value, /, scale: float) -> Value:
    """x · scale where the mask is set, else 0."""
    return x * float(scale) * mask


@operation("floats", 35)
def softplus(code: Code, x: Value, /, beta: float = 1.0, threshold: float = 20.0) -> Value:
    """ln(1 + e^(beta·x)) / beta, and x itself where beta·x > threshold."""
    z, limit = (x if beta == 1 else x * float(beta)), min(threshold, 40.0)
    soft = vector_math.log1p_of_some(code, vector_math.exp(code, vector_math.at_most(code, z, limit)))
    soft = code.where(z > limit, z, soft)
    return soft if beta == 1 else soft / float(beta)


@operation("floats", 30)
def logsigmoid(code: Code, x: Value, /) -> Value:
    """ln σ(x)"""
    return code.minimum_of(x, 0.0) - vector_math.log1p_of_some(code, vector_math.exp(code, -code.abs(x)))


@operation("floats", 30)
def gelu(code: Code, x: Value, /, approximate: str = "none") -> Value:
    """x·Φ(x), or its approximation by tanh."""
    if approximate == "none":
        return x * (0.5 * vector_math.erfc(code, x * -math.sqrt(0.5)))
    near = code.minimum_of(code.maximum(x, -25.0), 25.0)  # so that the cube does not overflow
    inner = 2 * math.sqrt(2 / math.pi) * (near + 0.044715 * (near * near * near))
    return x * vector_math.sigmoid(code, inner)


@operation("floats", 25)
def mish(code: Code, x: Value, /) -> Value:
    """x·tanh(ln(1 + eˣ)), where tanh(ln(1 + e)) = e(e + 2) / (e(e + 2) + 2)."""
    e = vector_math.exp(code, vector_math.at_most(code, x, 40.0))
    gate = e * (e + 2.0)
    return x * (gate / (gate + 2.0))


@operation("floats", 35)
def sigmoid_cross_entropy(code: Code, x: Value, y: Value, /) -> Value:
    """-y ln σ(x) - (1 - y) ln(1 - σ(x))"""
    rest = vector_math.log1p_of_some(code, vector_math.exp(code, -code.abs(x)))
    return code.relu(x) - x * y + rest


@operation("floats", 40)
def binary_cross_entropy(code: Code, x: Value, y: Value, /) -> Value:
    """-y ln x - (1 - y) ln(1 - x), with logarithms of at least -100."""
    true = code.maximum(vector_math.log(code, x), -100.0)
    false = code.maximum(vector_math.log1p(code, -x), -100.0)
    return -(y * true + (1.0 - y) * false)
