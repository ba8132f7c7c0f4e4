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
from typing import NamedTuple

from llvmlite import ir

from autograd.kernels.native.code import Code
from autograd.kernels.native.values import F32, F64, I1, I8, I16, I32, I64, Value, constant


class Format(NamedTuple):
    """What range reduction must know of a floating type, and the coefficients of its polynomials, lowest first."""

    integer: ir.Type
    fraction: int  # bits
    bias: int
    high: float  # where exp overflows
    low: float  # where it is 0
    saturation: float  # where 1 + eˣ rounds to eˣ
    flat: float  # where tanh and erf round to 1
    tail: float  # where erfc is 0
    half: int  # lowest bits that must go for a square to be exact
    exp: tuple[float, ...]  # (eʳ - 1 - r) / r² for |r| < ln(2)/2
    log: tuple[float, ...]  # float32: (ln(1+f) - f + f²/2) / f³; float64: (2 atanh(s) / s - 2) / s²; f from -1/4 to 1/2
    erf: tuple[float, ...]  # erf(x) / x - 1 in x² for |x| < 1
    centre: float
    erfcx: tuple[float, ...]  # (x + c) exp(x²) erfc(x) in (x - c) / (x + c), c the centre
    sin: tuple[float, ...]  # (sin(x) - x) / x³ in x² for |x| < π/4
    cos: tuple[float, ...]  # (cos(x) - 1 + x²/2) / x⁴
    arctan: tuple[float, ...]  # (arctan(x) - x) / x³ in x² for |x| < √2 - 1


# fmt: off
SINGLE = Format(
    integer=I32, fraction=23, bias=127, high=89.0, low=-104.0, saturation=40.0, flat=10.0, tail=11.0, half=12,
    exp=(0.49999994, 0.16666521, 0.04166839, 0.0083687445, 0.0013814531),
    log=(0.33333448, -0.25000095, 0.19990863, -0.16647348, 0.14478457, -0.13160942, 0.10462158, -0.045067713),
    erf=(0.12837917, -0.37612626, 0.112835854, -0.026853813, 0.005188328, -0.00080101984, 7.853877468733117e-05),
    centre=3.0,
    erfcx=(1.0740069, -0.8833945, 0.59022826, -0.31046572, 0.11952998, -0.026841596, -0.0012314763, 0.003081947,
           -0.00047402678, -0.00032051114),
    sin=(-0.16666657, 0.008332301, -0.0001953233),
    cos=(0.041666653, -0.0013887685, 2.4472135919495486e-05),
    arctan=(-0.33333033, 0.19980751, -0.13909319, 0.08153152),
)
DOUBLE = Format(
    integer=I64, fraction=52, bias=1023, high=710.0, low=-746.0, saturation=40.0, flat=20.0, tail=28.0, half=27,
    exp=(0.5000000000000011, 0.16666666666666408, 0.041666666666529885, 0.00833333333349631, 0.0013888888943736088,
         0.0001984126950343616, 2.4801492963344883e-05, 2.7557588495188573e-06, 2.7630303951844384e-07,
         2.4999583442180194e-08),
    log=(0.6666666666666662, 0.40000000000041586, 0.28571428559073436, 0.22222223962707313, 0.18181684318700994,
         0.15390550474366071, 0.13182470050234488, 0.13786236069239557),
    erf=(0.12837916709551257, -0.3761263890318352, 0.11283791670944186, -0.02686617064311159, 0.0052239776061191925,
         -0.0008548325929337175, 0.00012055293577292792, -1.4924712304983726e-05, 1.644713156008381e-06,
         -1.6206313353603884e-07, 1.3710977426754569e-08, -7.779460911463882e-10),
    centre=4.0,
    erfcx=(1.095995661000491, -0.9765487290808821, 0.7732087022652367, -0.5408538313132247, 0.33085158787802943,
           -0.17401093724029515, 0.07638151490901339, -0.0263700533345757, 0.006112055658319666, -0.0002809589157699342,
           -0.0004550526989763367, 0.0001768130828932161, -3.6351095499183446e-06, -1.8861758774681766e-05,
           4.694235219981394e-06, 1.4260050866195756e-06, -8.458766350053404e-07, -7.781502464523353e-08,
           1.2385706464699928e-07, 2.4510537790942393e-09, -1.539648429508426e-08, -3.191506593828146e-10,
           1.0396066139072022e-09),
    sin=(-0.1666666666666664, 0.008333333333324568, -0.00019841269831410947, 2.7557314216922378e-06,
         -2.505083647091877e-08, 1.5901154319347136e-10),
    cos=(0.041666666666666644, -0.0013888888888881506, 2.480158729405171e-05, -2.7557315653935737e-07,
         2.0875897173172157e-09, -1.1368481219772671e-11),
    arctan=(-0.3333333333333324, 0.19999999999965595, -0.14285714281341585, 0.11111110838276303, -0.09090899277807113,
            0.07692086417095564, -0.06663393694207471, 0.05849944388423915, -0.05048353675512629,
            0.038289631550681484, -0.01814886192890314),
)
# fmt: on
FORMATS = {F32: SINGLE, F64: DOUBLE}

LOG2E = math.log2(math.e)
LN2_PARTS = {F32: (0.693145751953125, 1.4286068203094173e-06), F64: (0.6931471803691238, 1.9082149292705877e-10)}
"""ln 2 as a sum whose first term has so few bits that its product with an exponent is exact."""
LOG10_2_PARTS = {F32: (0.301025390625, 4.605038981195214e-06), F64: (0.30102999566361177, 3.694239077158931e-13)}
PI_PARTS = (1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21)
"""π/2 as a sum whose first two terms have 33 bits each."""


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


def log1p(code: Code, x: Value) -> Value:
    """ln(1 + x)"""
    form = FORMATS[x.element]
    high, low = LN2_PARTS[x.element]
    total = x + 1.0
    k, m = _split(code, total)
    lost = x - (total - 1.0)  # what rounding took from 1 + x
    size = at_least(code, at_most(code, -k, form.bias - 1.0), -(form.bias - 1.0))
    f = code.fma(lost, power_of_two(code, nearest_integer(code, size)[1], x.element), m - 1.0)
    result = code.fma(k, x.like(high), code.fma(k, x.like(low), _log_near(code, f)) + f)
    infinite = x.like(math.inf)
    result = code.where(x > -1.0, result, code.where(x.eq(-1.0), -infinite, x.like(math.nan)))
    return code.where(x.eq(0.0) | x.eq(infinite), x, result)


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


def erfc(code: Code, x: Value) -> Value:
    """1 - erf(x), with its relative accuracy where it is tiny"""
    form = FORMATS[x.element]
    a = at_most(code, code.abs(x), form.tail)
    front = code.bits(code.bits(a, form.integer) & (-1 << form.half), x.element)  # its square is exact
    n, r = _exponent(code, -(front * front), -((a - front) * (a + front)))
    tail = times_power_of_two(code, _exp_near(code, r) * _erfcx(code, a), n)
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
