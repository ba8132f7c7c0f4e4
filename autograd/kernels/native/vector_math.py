"""Transcendental functions of vectors, float32 and float64: range reduction and minimax polynomials, no branches.

Errors in units in the last place (ulp), as the tests assert them against exact values over the whole range, denormal
results included:

    =====================  =======  =======
    function               float32  float64
    =====================  =======  =======
    exp exp2 expm1         2        2
    log log1p              2        2
    log2 log10             3        3
    tanh sigmoid           3        3
    sinh cosh              3        3
    erf                    2        2
    erfc                   6        6
    sin cos                2        3
    tan                    4        4
    arctan                 3        3
    power                  1        libm's
    =====================  =======  =======

NaN, infinities and zeros with their signs come out as in NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from llvmlite import ir

from autograd.kernels.native.code import Code
from autograd.kernels.native.formats import FORMATS, LN2_PARTS, LOG2E, LOG10_2_PARTS, PI_PARTS
from autograd.kernels.native.values import F32, F64, I1, I8, I16, I32, I64, Value, constant


def polynomial(code: Code, x: Value, coefficients: Sequence[float]) -> Value:
    """c₀ + c₁x + c₂x² + …"""
    result = x.like(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        result = code.fma(result, x, x.like(c))
    return result


def at_most(code: Code, x: Value, bound: float) -> Value:
    """The smaller of x and a bound; NaN where x is NaN: one instruction."""
    limit = x.like(bound)
    return code.where(x > limit, limit, x)


def at_least(code: Code, x: Value, bound: float) -> Value:
    """The larger of x and a bound; NaN where x is NaN: one instruction."""
    limit = x.like(bound)
    return code.where(limit > x, limit, x)


# --- powers of two ----------------------------------------------------------------------------------------------------


def power_of_two(code: Code, n: Value, element: ir.Type) -> Value:
    """2ⁿ as floats of type `element`, for integers n of the same width whose result is a normal number."""
    form = FORMATS[element]
    return code.bits((n + form.bias) << form.fraction, element)


def nearest_integer(code: Code, x: Value) -> tuple[Value, Value]:
    """The integer nearest to x, as a float and as an integer; for |x| below 2²¹ or 2⁵⁰."""
    form = FORMATS[x.element]
    shifter = 1.5 * 2.0**form.fraction  # adding it leaves the integer in the lowest bits
    moved = x + x.like(shifter)
    return moved - shifter, code.bits(moved, form.integer) - code.bits(x.like(shifter), form.integer)


def times_power_of_two(code: Code, x: Value, n: tuple[Value, Value]) -> Value:
    """x · 2ⁿ, rightly rounded also to infinity and to denormal numbers; n a float and an integer, as `nearest_integer`
    gives them."""
    if wide(code, x):
        return _avx512(code, "scalef", x, n[0])
    first = n[1] >> 1
    return x * power_of_two(code, first, x.element) * power_of_two(code, n[1] - first, x.element)


def wide(code: Code, x: Value) -> bool:
    """Whether x is one whole vector of AVX-512, which has instructions for exponents."""
    return code.host.kind == "avx512" and x.lanes * FORMATS[x.element].integer.width == 512


def _avx512(code: Code, name: str, x: Value, other: Value | int | None = None) -> Value:
    """An instruction of AVX-512 on whole vectors: scalef, getexp or getmant."""
    mask = I16 if x.element == F32 else I8
    arguments: list[ir.Value] = [x.ir]
    if other is not None:
        arguments.append(other.ir if isinstance(other, Value) else constant(I32, other))
    arguments += [x.ir, constant(mask, -1), constant(I32, 4)]  # all lanes, rounding as always
    kind = "ps" if x.element == F32 else "pd"
    function = code._intrinsic(f"llvm.x86.avx512.mask.{name}.{kind}.512", x.type, [a.type for a in arguments])
    return Value(code, code.builder.call(function, arguments))


# --- exponentials -----------------------------------------------------------------------------------------------------


def _exponent(code: Code, x: Value, small: Value | None = None) -> tuple[tuple[Value, Value], Value]:
    """(n, r) with x + small = n ln 2 + r and |r| at most about ln(2)/2."""
    high, low = LN2_PARTS[x.element]
    n = nearest_integer(code, x * LOG2E)
    r = code.fma(n[0], x.like(-low), code.fma(n[0], x.like(-high), x))
    return n, r if small is None else r + small


def _expm1_near(code: Code, r: Value) -> Value:
    """eʳ - 1 for |r| up to ln(2)/2."""
    return code.fma(polynomial(code, r, FORMATS[r.element].exp), r * r, r)


def _exp_near(code: Code, r: Value) -> Value:
    """eʳ for |r| up to ln(2)/2."""
    return code.fma(code.fma(polynomial(code, r, FORMATS[r.element].exp), r, r.like(1)), r, r.like(1))


def exp(code: Code, x: Value) -> Value:
    """eˣ"""
    form = FORMATS[x.element]
    n, r = _exponent(code, at_least(code, at_most(code, x, form.high), form.low))
    return times_power_of_two(code, _exp_near(code, r), n)


def gaussian(code: Code, x: Value) -> Value:
    """exp(-x²); 0 where it would be denormal, as arithmetic with such numbers takes ten times as long"""
    square = x * x
    result = exp(code, -square)
    return code.where(square > (FORMATS[x.element].bias - 1) * math.log(2), x.like(0.0), result)


def exp2(code: Code, x: Value) -> Value:
    """2ˣ"""
    form = FORMATS[x.element]
    x = at_least(code, at_most(code, x, form.bias + 2.0), -(form.bias + form.fraction + 4.0))
    n = nearest_integer(code, x)
    return times_power_of_two(code, _exp_near(code, (x - n[0]) * math.log(2)), n)


def expm1(code: Code, x: Value) -> Value:
    """eˣ - 1"""
    form = FORMATS[x.element]
    n, r = _exponent(code, at_least(code, at_most(code, x, form.high), -form.saturation))
    half = power_of_two(code, n[1] - 1, x.element)  # 2ⁿ itself might overflow
    result = 2.0 * code.fma(half, _expm1_near(code, r), half - 0.5)
    return code.where(code.abs(x) < 2.0 ** (-2 * form.fraction), x, result)


def _expm1_of_some(code: Code, x: Value) -> Value:
    """eˣ - 1 for x from 0 to 40."""
    n, r = _exponent(code, x)
    power = power_of_two(code, n[1], x.element)
    return code.fma(power, _expm1_near(code, r), power - 1.0)


def sigmoid(code: Code, x: Value) -> Value:
    """1 / (1 + e⁻ˣ), as eˣ / (1 + eˣ), which is right for x far below 0 too"""
    form = FORMATS[x.element]
    n, r = _exponent(code, at_least(code, at_most(code, x, form.saturation), form.low))
    e = times_power_of_two(code, _exp_near(code, r), n)
    return e / (e + 1.0)


def tanh(code: Code, x: Value) -> Value:
    """(e²ˣ - 1) / (e²ˣ + 1)"""
    a = at_most(code, code.abs(x), FORMATS[x.element].flat)
    e = _expm1_of_some(code, a + a)
    return code.copysign(e / (e + 2.0), x)


def _half_exp(code: Code, x: Value) -> Value:
    """eˣ / 2 for x at least 0, as long as that is finite."""
    n, r = _exponent(code, at_most(code, x, FORMATS[x.element].high + 1.0))
    return times_power_of_two(code, _exp_near(code, r), (n[0] - 1.0, n[1] - 1))


def sinh(code: Code, x: Value) -> Value:
    """(eˣ - e⁻ˣ) / 2"""
    a = code.abs(x)
    near = _expm1_of_some(code, at_most(code, a, 1.0))
    far = _half_exp(code, a)
    near = 0.5 * (near + near / (near + 1.0))
    return code.copysign(code.where(a > 1.0, far - 0.25 / far, near), x)


def cosh(code: Code, x: Value) -> Value:
    """(eˣ + e⁻ˣ) / 2"""
    half = _half_exp(code, code.abs(x))
    return half + 0.25 / half


# --- logarithms -------------------------------------------------------------------------------------------------------


def _split(code: Code, x: Value) -> tuple[Value, Value]:
    """(k, m) with x = m · 2ᵏ and m from 3/4 to 3/2, k as a float. With AVX-512 k is infinite where x is 0 or infinite,
    and m NaN where x is negative."""
    if wide(code, x):
        k, m = _avx512(code, "getexp", x), _avx512(code, "getmant", x, 0b1011)
        return code.where(m < 1.0, k + 1.0, k), m  # k is that of a mantissa from 1 to 2
    form = FORMATS[x.element]
    tiny = x < 2.0 ** (1 - form.bias)
    bits = code.bits(code.where(tiny, x * 2.0**form.fraction, x), form.integer)
    exponent = (bits - code.bits(x.like(0.75), form.integer)) >> form.fraction
    m = code.bits(bits - (exponent << form.fraction), x.element)
    k = code.convert(exponent, x.element)
    return code.where(tiny, k - float(form.fraction), k), m


def _log_near(code: Code, f: Value) -> Value:
    """ln(1 + f) - f for f from -1/4 to 1/2."""
    coefficients = FORMATS[f.element].log
    square = f * f
    if f.element == F32:
        return code.fma(polynomial(code, f, coefficients) * f, square, square * -0.5)
    s = f / (f + 2.0)
    half, z = square * 0.5, s * s
    return code.fma(s, code.fma(polynomial(code, z, coefficients), z, half), -half)


def _log(code: Code, x: Value, finish: Callable[[Value, Value, Value], Value]) -> Value:
    """A logarithm: what `finish` makes of k, f and ln(1 + f) - f, where x = (1 + f) · 2ᵏ, and the exceptions."""
    k, m = _split(code, x)
    f = m - 1.0
    result = finish(k, f, _log_near(code, f))
    if wide(code, x):
        return result
    infinite = x.like(math.inf)
    rest = code.where(x > 0.0, infinite, code.where(x.eq(0.0), -infinite, x.like(math.nan)))
    return code.where((x > 0.0) & (x < infinite), result, rest)


def log(code: Code, x: Value) -> Value:
    """ln x"""
    high, low = LN2_PARTS[x.element]
    return _log(code, x, lambda k, f, rest: code.fma(k, x.like(high), code.fma(k, x.like(low), rest) + f))


def log2(code: Code, x: Value) -> Value:
    """log₂ x, exact for powers of two"""
    return _log(code, x, lambda k, f, rest: code.fma(rest + f, x.like(LOG2E), k))


def log10(code: Code, x: Value) -> Value:
    """log₁₀ x"""
    high, low = LOG10_2_PARTS[x.element]
    scale = x.like(math.log10(math.e))
    return _log(code, x, lambda k, f, rest: code.fma(k, x.like(high), code.fma(k, x.like(low), (rest + f) * scale)))


def log1p_of_some(code: Code, x: Value) -> Value:
    """ln(1 + x) for x from 0 to e⁴⁰"""
    return _log1p(code, x, lambda k: -k)


def log1p(code: Code, x: Value) -> Value:
    """ln(1 + x)"""
    most = FORMATS[x.element].bias - 1.0
    result = _log1p(code, x, lambda k: at_least(code, at_most(code, -k, most), -most))
    infinite = x.like(math.inf)
    result = code.where(x > -1.0, result, code.where(x.eq(-1.0), -infinite, x.like(math.nan)))
    return code.where(x.eq(0.0) | x.eq(infinite), x, result)


def _log1p(code: Code, x: Value, scale: Callable[[Value], Value]) -> Value:
    """ln(1 + x), where `scale` makes of k an exponent -k for which 2⁻ᵏ is a normal number."""
    high, low = LN2_PARTS[x.element]
    total = x + 1.0
    k, m = _split(code, total)
    lost = x - (total - 1.0)  # what rounding took from 1 + x
    f = code.fma(lost, power_of_two(code, nearest_integer(code, scale(k))[1], x.element), m - 1.0)
    return code.fma(k, x.like(high), code.fma(k, x.like(low), _log_near(code, f)) + f)


# --- error integrals --------------------------------------------------------------------------------------------------


def _erfcx(code: Code, a: Value) -> Value:
    """exp(a²) erfc(a) for a at least 0."""
    form = FORMATS[a.element]
    t = 1.0 / (a + form.centre)
    return t * polynomial(code, (a - form.centre) * t, form.erfcx)


def erf(code: Code, x: Value) -> Value:
    """2/√π ∫₀ˣ exp(-t²) dt"""
    form = FORMATS[x.element]
    a = at_most(code, code.abs(x), form.flat)
    square = a * a
    n, r = _exponent(code, -square)
    e = _exp_near(code, r) * power_of_two(code, code.where(n[1] < -60, n[1].like(-60), n[1]), x.element)
    far = code.copysign(1.0 - _erfcx(code, a) * e, x)
    return code.where(a < 1.0, code.fma(x, polynomial(code, square, form.erf), x), far)


DENORMAL_TAIL = {F32: 9.1945, F64: 26.543}
"""Where erfc becomes a denormal number."""


def erfc(code: Code, x: Value) -> Value:
    """1 - erf(x), with its relative accuracy where it is tiny; 0 where it would be denormal"""
    form = FORMATS[x.element]
    a = at_most(code, code.abs(x), form.tail)
    front = code.bits(code.bits(a, form.integer) & (-1 << form.half), x.element)  # its square is exact
    n, r = _exponent(code, -(front * front), -((a - front) * (a + front)))
    # Arithmetic with denormal numbers takes ten times as long.
    tail = times_power_of_two(code, _exp_near(code, r) * _erfcx(code, a), n)
    tail = code.where(a > DENORMAL_TAIL[x.element], tail.like(0.0), tail)
    return code.where(x < 0.0, 2.0 - tail, tail)


# --- trigonometric functions ------------------------------------------------------------------------------------------

NEAR = 2.0**20
"""Angles beyond are left to the C library, one by one: their reduction wants many more digits of π."""


def _angle(code: Code, x: Value) -> tuple[Value, Value]:
    """(r, q) with x = q π/2 + r and |r| at most π/4; q an integer."""
    wider = code.convert(x, F64)  # so that float32 loses nothing either
    n, whole = nearest_integer(code, wider * (2 / math.pi))
    for part in PI_PARTS if x.element == F64 else PI_PARTS[:2]:
        wider = code.fma(n, wider.like(-part), wider)
    return code.convert(wider, x.element), code.convert(whole, FORMATS[x.element].integer)


def _sin_cos(code: Code, x: Value) -> tuple[Value, Value, Value]:
    """(sin r, cos r, q) of the reduced angle."""
    r, q = _angle(code, x)
    form, z = FORMATS[x.element], r * r
    sine = code.fma(polynomial(code, z, form.sin) * z, r, r)
    cosine = code.fma(polynomial(code, z, form.cos), z * z, code.fma(z, z.like(-0.5), z.like(1)))
    return sine, cosine, q


def _unless_far(code: Code, x: Value, result: Value, name: str) -> Value:
    """The result, or the C library's where |x| is very large."""
    far = code.abs(x) > NEAR
    with code.carrying(0, code.convert(_any(code, far), I64), [result]) as once:
        once.carried = [code.where(far, code._call(name, x), result)]
    return once.carried[0]


def _any(code: Code, mask: Value) -> Value:
    if mask.lanes == 1:
        return mask
    function = code._intrinsic(f"llvm.vector.reduce.or.v{mask.lanes}i1", I1, [mask.type])
    return Value(code, code.builder.call(function, [mask.ir]))


def _signed(code: Code, x: Value, negative: Value) -> Value:
    return code.where(negative, -x, x)


def sin(code: Code, x: Value) -> Value:
    """sin x"""
    sine, cosine, q = _sin_cos(code, x)
    result = _signed(code, code.where((q & 1).ne(0), cosine, sine), (q & 2).ne(0))
    return _unless_far(code, x, code.where(x.eq(0.0), x, result), "sin")


def cos(code: Code, x: Value) -> Value:
    """cos x"""
    sine, cosine, q = _sin_cos(code, x)
    result = _signed(code, code.where((q & 1).ne(0), sine, cosine), ((q + 1) & 2).ne(0))
    return _unless_far(code, x, result, "cos")


def tan(code: Code, x: Value) -> Value:
    """sin x / cos x"""
    sine, cosine, q = _sin_cos(code, x)
    odd = (q & 1).ne(0)
    result = code.where(odd, -cosine, sine) / code.where(odd, sine, cosine)
    return _unless_far(code, x, code.where(x.eq(0.0), x, result), "tan")


def arctan(code: Code, x: Value) -> Value:
    """arctan x"""
    a = code.abs(x)
    large, middle = a > math.sqrt(2) + 1, a > math.sqrt(2) - 1
    top = code.where(large, x.like(-1), code.where(middle, a - 1.0, a))
    r = top / code.where(large, a, code.where(middle, a + 1.0, x.like(1)))
    z = r * r
    near = code.fma(polynomial(code, z, FORMATS[x.element].arctan) * z, r, r)
    base = code.where(large, x.like(math.pi / 2), code.where(middle, x.like(math.pi / 4), x.like(0)))
    return code.copysign(base + near, x)


# --- powers -----------------------------------------------------------------------------------------------------------


def power(code: Code, x: Value, y: Value) -> Value:
    """xʸ; of float32 computed in float64, of float64 by the C library, one by one"""
    if x.element == F64:
        return code._call("pow", x, y)
    a = code.convert(code.abs(x), F64)
    size = exp2(code, code.convert(y, F64) * log2(code, a))
    one, whole = x.like(1), code.floor(y).eq(y)
    half = y * 0.5
    odd = whole & code.floor(half).ne(half)
    result = code.convert(size, F32)
    result = code.where((x < 0.0) & odd, -result, result)
    result = code.where((x < 0.0) & ~whole & (code.abs(x) < math.inf), x.like(math.nan), result)
    negative_zero = x.eq(0.0) & (code.copysign(one, x) < 0.0) & odd
    result = code.where(negative_zero, -code.abs(result), result)
    ones = (code.abs(x).eq(1.0) & code.abs(y).eq(math.inf)) | x.eq(1.0) | y.eq(0.0)
    return code.where(ones, one, result)
