"""Tensor's operators and methods as attached by `autograd.methods`, for type checkers.

Written by scripts/tensor_typing.py.
"""

import builtins
from typing import Any

from autograd.random import Generator
from autograd.tensor import Tensor

class TensorMethods:
    @property
    def H(self) -> Tensor:
        """The last two axes swapped, and the complex conjugate of each element."""
    @property
    def T(self) -> Tensor:
        """The axes in the order `axes`; reversed when none is given. (The method `t.transpose(a, b)` swaps two
        axes.)
        """
    @property
    def device(self) -> builtins.str:
        """Where the elements are: always "cpu"."""
    @property
    def imag(self) -> Tensor:
        """Elementwise imaginary part b of a + ib; of real numbers zeros, which carry no gradient."""
    @property
    def mH(self) -> Tensor:
        """The last two axes swapped, and the complex conjugate of each element."""
    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged."""
    @property
    def real(self) -> Tensor:
        """Elementwise real part a of a + ib; real numbers are returned as they are."""
    def __add__(self, other: Any) -> Tensor: ...
    def __radd__(self, other: Any) -> Tensor: ...
    def __sub__(self, other: Any) -> Tensor: ...
    def __rsub__(self, other: Any) -> Tensor: ...
    def __mul__(self, other: Any) -> Tensor: ...
    def __rmul__(self, other: Any) -> Tensor: ...
    def __truediv__(self, other: Any) -> Tensor: ...
    def __rtruediv__(self, other: Any) -> Tensor: ...
    def __pow__(self, other: Any) -> Tensor: ...
    def __rpow__(self, other: Any) -> Tensor: ...
    def __matmul__(self, other: Any) -> Tensor: ...
    def __rmatmul__(self, other: Any) -> Tensor: ...
    def __floordiv__(self, other: Any) -> Tensor: ...
    def __rfloordiv__(self, other: Any) -> Tensor: ...
    def __mod__(self, other: Any) -> Tensor: ...
    def __rmod__(self, other: Any) -> Tensor: ...
    def __and__(self, other: Any) -> Tensor: ...
    def __rand__(self, other: Any) -> Tensor: ...
    def __or__(self, other: Any) -> Tensor: ...
    def __ror__(self, other: Any) -> Tensor: ...
    def __xor__(self, other: Any) -> Tensor: ...
    def __rxor__(self, other: Any) -> Tensor: ...
    def __lshift__(self, other: Any) -> Tensor: ...
    def __rlshift__(self, other: Any) -> Tensor: ...
    def __rshift__(self, other: Any) -> Tensor: ...
    def __rrshift__(self, other: Any) -> Tensor: ...
    def __divmod__(self, other: Any) -> builtins.tuple[Tensor, Tensor]: ...
    def __rdivmod__(self, other: Any) -> builtins.tuple[Tensor, Tensor]: ...
    def __iadd__(self, other: Any) -> Tensor: ...
    def __isub__(self, other: Any) -> Tensor: ...
    def __imul__(self, other: Any) -> Tensor: ...
    def __itruediv__(self, other: Any) -> Tensor: ...
    def __ipow__(self, other: Any) -> Tensor: ...
    def __imatmul__(self, other: Any) -> Tensor: ...
    def __ifloordiv__(self, other: Any) -> Tensor: ...
    def __imod__(self, other: Any) -> Tensor: ...
    def __iand__(self, other: Any) -> Tensor: ...
    def __ior__(self, other: Any) -> Tensor: ...
    def __ixor__(self, other: Any) -> Tensor: ...
    def __ilshift__(self, other: Any) -> Tensor: ...
    def __irshift__(self, other: Any) -> Tensor: ...
    def __neg__(self) -> Tensor: ...
    def __pos__(self) -> Tensor: ...
    def __abs__(self) -> Tensor: ...
    def __invert__(self) -> Tensor: ...
    def __round__(self, decimals: Any = 0) -> Tensor: ...
    def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
    def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]
    def __lt__(self, other: Any) -> Tensor: ...
    def __le__(self, other: Any) -> Tensor: ...
    def __gt__(self, other: Any) -> Tensor: ...
    def __ge__(self, other: Any) -> Tensor: ...
    def __getitem__(self, index: Any) -> Tensor: ...
    def __setitem__(self, index: Any, value: Any) -> None: ...
    def __array_namespace__(self, *, api_version: builtins.str | None = None) -> Tensor:
        """The module whose functions take this tensor: `autograd`, for any version of the array API up to 2024.12."""
    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: builtins.tuple[builtins.int, builtins.int] | None = None,
        dl_device: builtins.tuple[Any, builtins.int] | None = None,
        copy: builtins.bool | None = None,
    ) -> Tensor:
        """The values as a DLPack capsule, for `from_dlpack` of another library; memory is shared unless `copy` is
        true.
        """
    def __dlpack_device__(self) -> builtins.tuple[builtins.int, builtins.int]:
        """DLPack's numbers of the device: (1, 0), the CPU."""
    def abs(self) -> Tensor:
        """Elementwise |x|, of complex numbers the modulus √(a² + b²); the derivative at 0 is taken as 0."""
    def absolute(self) -> Tensor:
        """Elementwise |x|, of complex numbers the modulus √(a² + b²); the derivative at 0 is taken as 0."""
    def acos(self) -> Tensor:
        """Elementwise inverse cosine, in [0, π]; the derivative -1/√(1 - x²) is infinite at ±1."""
    def acosh(self) -> Tensor:
        """Elementwise inverse hyperbolic cosine of x >= 1; the derivative 1/√(x² - 1) is infinite at 1."""
    def add(self, other: Any, alpha: Any = 1) -> Tensor:
        """self + alpha · other."""
    def addbmm(self, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
        """beta · x + alpha · Σ bmm(batch1, batch2) over the stack; x broadcasts to it, with beta 0 is not looked at."""
    def addcdiv(self, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
        """Elementwise x + value · tensor1 / tensor2; shapes broadcast."""
    def addcmul(self, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
        """Elementwise x + value · tensor1 · tensor2; shapes broadcast."""
    def addmm(self, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
        """beta · x + alpha · mat1 @ mat2; x broadcasts to the product, and with beta 0 is not looked at."""
    def addmv(self, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
        """beta · x + alpha · mat @ vec; x broadcasts to the product, and with beta 0 is not looked at."""
    def addr(self, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
        """beta · x + alpha · the outer product of two vectors, to which x broadcasts; with beta 0 x is not looked
        at.
        """
    def allclose(
        self, other: Any, rtol: builtins.float = 1e-05, atol: builtins.float = 1e-08, equal_nan: builtins.bool = False
    ) -> builtins.bool:
        """Whether `isclose` holds everywhere, as a Python bool."""
    def angle(self, deg: builtins.bool = False) -> Tensor:
        """Elementwise argument of a complex number, in (-π, π], in degrees if `deg`; its derivative at 0 is taken as
        0.
        """
    def arccos(self) -> Tensor:
        """Elementwise inverse cosine, in [0, π]; the derivative -1/√(1 - x²) is infinite at ±1."""
    def arccosh(self) -> Tensor:
        """Elementwise inverse hyperbolic cosine of x >= 1; the derivative 1/√(x² - 1) is infinite at 1."""
    def arcsin(self) -> Tensor:
        """Elementwise inverse sine, in [-π/2, π/2]; the derivative 1/√(1 - x²) is infinite at ±1."""
    def arcsinh(self) -> Tensor:
        """Elementwise inverse hyperbolic sine; derivative 1/√(1 + x²)."""
    def arctan(self) -> Tensor:
        """Elementwise inverse tangent, in [-π/2, π/2]; derivative 1/(1 + x²)."""
    def arctan2(self, other: Any) -> Tensor:
        """Elementwise angle of the point (x, y), in [-π, π]; shapes broadcast."""
    def arctanh(self) -> Tensor:
        """Elementwise inverse hyperbolic tangent of x in [-1, 1]; the derivative 1/(1 - x²) is infinite at ±1."""
    def argwhere(self) -> Tensor:
        """The positions of the elements that are not 0, one per row."""
    def as_strided(self, size: Any, stride: Any, storage_offset: builtins.int = 0) -> Tensor:
        """out[i, j, …] = element `storage_offset` + i·stride[0] + j·stride[1] + … of x in row-major order; PyTorch's
        `as_strided`, for tensors that are contiguous. Elements may be read several times; their gradients add up.
        """
    def asin(self) -> Tensor:
        """Elementwise inverse sine, in [-π/2, π/2]; the derivative 1/√(1 - x²) is infinite at ±1."""
    def asinh(self) -> Tensor:
        """Elementwise inverse hyperbolic sine; derivative 1/√(1 + x²)."""
    def astype(self, dtype: Any, copy: builtins.bool = True, device: Any = None) -> Tensor:
        """The same values in another dtype; the gradient is cast back, and ends where the new dtype is no floating
        one.
        """
    def atan(self) -> Tensor:
        """Elementwise inverse tangent, in [-π/2, π/2]; derivative 1/(1 + x²)."""
    def atan2(self, other: Any) -> Tensor:
        """Elementwise angle of the point (x, y), in [-π, π]; shapes broadcast."""
    def atanh(self) -> Tensor:
        """Elementwise inverse hyperbolic tangent of x in [-1, 1]; the derivative 1/(1 - x²) is infinite at ±1."""
    def baddbmm(self, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
        """beta · x + alpha · bmm(batch1, batch2); x broadcasts to the products, and with beta 0 is not looked at."""
    def bernoulli(self, *, generator: Generator | None = None) -> Tensor:
        """1 with probability p, else 0, elementwise, in the shape and dtype of p. No gradient passes."""
    def bincount(self, weights: Any = None, minlength: builtins.int = 0) -> Tensor:
        """How often each of 0, 1, 2, … occurs, or the sum of its weights; see `autograd.bincount`."""
    def bitwise_and(self, other: Any) -> Tensor:
        """Elementwise `x & y` of integers or booleans."""
    def bitwise_left_shift(self, other: Any) -> Tensor:
        """Elementwise `x << y` of integers."""
    def bitwise_not(self) -> Tensor:
        """Elementwise `~x` of integers or booleans."""
    def bitwise_or(self, other: Any) -> Tensor:
        """Elementwise `x | y` of integers or booleans."""
    def bitwise_right_shift(self, other: Any) -> Tensor:
        """Elementwise `x >> y` of integers."""
    def bitwise_xor(self, other: Any) -> Tensor:
        """Elementwise `x ^ y` of integers or booleans."""
    def bmm(self, mat2: Any) -> Tensor:
        """The products of two stacks of as many matrices: (b, n, m) and (b, m, p) → (b, n, p)."""
    def bool(self) -> Tensor:
        """The tensor in dtype bool; itself if it has it already."""
    def broadcast_to(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.broadcast_to(2, 3)` or `t.broadcast_to((2, 3))`."""
    def byte(self) -> Tensor:
        """The tensor in dtype uint8; itself if it has it already."""
    def cdouble(self) -> Tensor:
        """The tensor in dtype complex128; itself if it has it already."""
    def ceil(self) -> Tensor:
        """Elementwise smallest integer >= x; the result is locally constant and carries no gradient."""
    def cfloat(self) -> Tensor:
        """The tensor in dtype complex64; itself if it has it already."""
    def char(self) -> Tensor:
        """The tensor in dtype int8; itself if it has it already."""
    def cholesky(self, upper: builtins.bool = False) -> Tensor:
        """The Cholesky factor; see `autograd.linalg.cholesky`."""
    def cholesky_inverse(self, upper: builtins.bool = False) -> Tensor:
        """The inverse of A, given its Cholesky factor L (…, n, n), or Lᴴ with `upper`; PyTorch's `cholesky_inverse`."""
    def cholesky_solve(self, input2: Any, upper: builtins.bool = False) -> Tensor:
        """The solution X of A X = this tensor, given the Cholesky factor of A; see `autograd.linalg.cholesky_solve`."""
    def chunk(self, chunks: builtins.int, dim: builtins.int = 0) -> builtins.tuple[Tensor, ...]:
        """Cut x along `axis` into at most `chunks` parts of one size, the last of which may be shorter; PyTorch's
        chunk.
        """
    def clamp(self, min: Any = None, max: Any = None) -> Tensor:
        """Elementwise x limited to [min, max]; a bound may be a number, an array, a Tensor or None. Shapes
        broadcast.
        """
    def clamp_max(self, max: Any) -> Tensor:
        """Elementwise x, but no more than `high`; at the bound the gradient goes to x."""
    def clamp_min(self, min: Any) -> Tensor:
        """Elementwise x, but no less than `low`; at the bound the gradient goes to x."""
    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """Elementwise x limited to [min, max]; a bound may be a number, an array, a Tensor or None. Shapes
        broadcast.
        """
    def clone(self, order: Any = "K") -> Tensor:
        """A copy of the values that the gradient passes through, by default in the same layout of memory."""
    def conj(self) -> Tensor:
        """Elementwise complex conjugate a - ib of a + ib; real numbers stay as they are."""
    def conj_physical(self) -> Tensor:
        """Elementwise complex conjugate a - ib of a + ib; real numbers stay as they are."""
    def contiguous(self) -> Tensor:
        """The tensor with its elements in row-major order in memory; itself if it is so already."""
    def copy(self, order: Any = "K") -> Tensor:
        """A copy of the values that the gradient passes through, by default in the same layout of memory."""
    def copysign(self, other: Any) -> Tensor:
        """Elementwise |x| with the sign of y; shapes broadcast. The derivative by x at 0 is taken as 0."""
    def corrcoef(self) -> Tensor:
        """The matrix of correlation coefficients of variables in rows, observations in columns. The dtype stays."""
    def cos(self) -> Tensor:
        """Elementwise cosine."""
    def cosh(self) -> Tensor:
        """Elementwise hyperbolic cosine."""
    def cov(self, *, correction: builtins.int = 1, fweights: Any = None, aweights: Any = None) -> Tensor:
        """The covariance matrix of variables in rows, observations in columns; see `autograd.cov`. The dtype stays."""
    def cross(self, other: Any, dim: builtins.int | None = None) -> Tensor:
        """The cross products with the vectors of `other` along `dim`, by default the first axis of length 3."""
    def deg2rad(self) -> Tensor:
        """Elementwise degrees to radians."""
    def det(self) -> Tensor:
        """The determinant of square matrices (…, n, n) → (…); np.linalg.det, the array API's and PyTorch's `det`."""
    def diag(self, diagonal: builtins.int = 0) -> Tensor:
        """A matrix with x on its k-th diagonal if x is 1-d, the k-th diagonal of x if it is 2-d."""
    def diag_embed(self, offset: builtins.int = 0, dim1: builtins.int = -2, dim2: builtins.int = -1) -> Tensor:
        """Matrices with the last axis of x on a diagonal; `dim1` and `dim2` are the matrices' axes in the result."""
    def diagflat(self, offset: builtins.int = 0) -> Tensor:
        """A matrix with all elements of x on its k-th diagonal."""
    def diagonal(self, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1) -> Tensor:
        """The diagonal of two axes, as the last axis of the result."""
    def diagonal_scatter(
        self, src: Any, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1
    ) -> Tensor:
        """x with `src` on a diagonal of two axes, whose positions are the last axis of src; a copy, differentiable
        by both.
        """
    def digamma(self) -> Tensor:
        """Elementwise derivative of ln Γ; see `autograd.special.digamma`. Needs SciPy."""
    def dim(self) -> builtins.int:
        """The number of axes: `t.ndim`."""
    def dist(self, other: Any, p: Any = 2) -> Tensor:
        """The p-norm of the difference."""
    def div(self, other: Any, rounding_mode: builtins.str | None = None) -> Tensor:
        """self / other; `rounding_mode` "floor" or "trunc" rounds the quotient, which then carries no gradient."""
    def divide(self, other: Any, rounding_mode: builtins.str | None = None) -> Tensor:
        """self / other; `rounding_mode` "floor" or "trunc" rounds the quotient, which then carries no gradient."""
    def dot(self, tensor: Any) -> Tensor:
        """NumPy's dot product: of vectors, of matrices, and beyond a sum over the last axis of x and the last but
        one of y.
        """
    def double(self) -> Tensor:
        """The tensor in dtype float64; itself if it has it already."""
    def dsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
        """`split` along the third axis."""
    def eq(self, other: Any) -> Tensor:
        """Elementwise x == y."""
    def equal(self, other: Any, equal_nan: builtins.bool = False) -> builtins.bool:
        """Whether shapes and all elements are equal, as a Python bool; PyTorch's `equal`."""
    def erf(self) -> Tensor:
        """Elementwise error function 2/√π · ∫₀ˣ exp(-t²) dt, accurate to a few units in the last place."""
    def erfc(self) -> Tensor:
        """Elementwise 1 - erf(x), which keeps its relative accuracy for large x, where it becomes tiny."""
    def erfinv(self) -> Tensor:
        """Elementwise inverse of erf; see `autograd.special.erfinv`. Needs SciPy."""
    def exp(self) -> Tensor:
        """Elementwise eˣ."""
    def exp2(self) -> Tensor:
        """Elementwise 2ˣ."""
    def expand(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.expand(2, -1, 3)`: repeat along new leading axes and axes of length 1; -1 keeps a length."""
    def expand_as(self, other: Any) -> Tensor:
        """`t.expand(*other.shape)`."""
    def expm1(self) -> Tensor:
        """Elementwise eˣ - 1, accurate near 0."""
    def fix(self) -> Tensor:
        """Elementwise x rounded towards 0; the result is locally constant and carries no gradient."""
    def flatten(self, start_dim: builtins.int = 0, end_dim: builtins.int = -1) -> Tensor:
        """Merge the axes from `start_dim` to `end_dim` (both included) into one; a 0-d array becomes one of length
        1.
        """
    def flip(self, *args: Any, dims: Any = None) -> Tensor:
        """`t.flip(0, 1)` or `t.flip((0, 1))`: reverse order along these axes; along all when none is given."""
    def fliplr(self) -> Tensor:
        """The elements in reverse order along the second axis."""
    def flipud(self) -> Tensor:
        """The elements in reverse order along the first axis."""
    def float(self) -> Tensor:
        """The tensor in dtype float32; itself if it has it already."""
    def float_power(self, exponent: Any) -> Tensor:
        """Elementwise x to the power y, computed in float64 (or complex128) whatever the inputs are."""
    def floor(self) -> Tensor:
        """Elementwise largest integer <= x; the result is locally constant and carries no gradient."""
    def floor_divide(self, other: Any) -> Tensor:
        """Elementwise ⌊x / y⌋, Python's `//`; the result is locally constant and carries no gradient."""
    def fmax(self, other: Any) -> Tensor:
        """Elementwise larger of x and y, the other where one is NaN. Ties share the gradient half and half."""
    def fmin(self, other: Any) -> Tensor:
        """Elementwise smaller of x and y, the other where one is NaN. Ties share the gradient half and half."""
    def fmod(self, other: Any) -> Tensor:
        """Elementwise x - y·trunc(x / y), C's remainder: the sign is that of x. Shapes broadcast."""
    def frac(self) -> Tensor:
        """Elementwise x - trunc(x), what follows the decimal point; the derivative is 1."""
    def frexp(self) -> builtins.tuple[Tensor, Tensor]:
        """Elementwise the pair (m, n) with x = m · 2ⁿ, 1/2 <= |m| < 1, n an integer (locally constant)."""
    def gather(self, dim: builtins.int, index: Any, *, sparse_grad: builtins.bool = False) -> Tensor:
        """The element at each of `index` along `dim`; see `autograd.gather`."""
    def gcd(self, other: Any) -> Tensor:
        """Elementwise greatest common divisor of integers."""
    def ge(self, other: Any) -> Tensor:
        """Elementwise x >= y."""
    def ger(self, vec2: Any) -> Tensor:
        """The matrix of all products of an element of x and one of y."""
    def greater(self, other: Any) -> Tensor:
        """Elementwise x > y."""
    def greater_equal(self, other: Any) -> Tensor:
        """Elementwise x >= y."""
    def gt(self, other: Any) -> Tensor:
        """Elementwise x > y."""
    def half(self) -> Tensor:
        """The tensor in dtype float16; itself if it has it already."""
    def heaviside(self, values: Any) -> Tensor:
        """Elementwise unit step: 0 where x < 0, y where x = 0, 1 where x > 0. It carries no gradient to x."""
    def histc(self, bins: builtins.int = 100, min: builtins.float = 0, max: builtins.float = 0) -> Tensor:
        """How many elements lie in each of `bins` bins of equal width from `min` to `max` (both 0: the extrema of
        x).
        """
    def hsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
        """`split` along the second axis, of a 1-d array along its only one."""
    def hypot(self, other: Any) -> Tensor:
        """Elementwise √(x² + y²) without overflow on the way; shapes broadcast. The derivative at (0, 0) is taken as
        0.
        """
    def i0(self) -> Tensor:
        """Elementwise modified Bessel function of the first kind and order 0; its derivative is that of order 1."""
    def igamma(self, other: Any) -> Tensor:
        """Elementwise lower incomplete gamma function P(self, other); see `autograd.special.gammainc`. Needs SciPy."""
    def igammac(self, other: Any) -> Tensor:
        """Elementwise upper incomplete gamma function Q(self, other); see `autograd.special.gammaincc`. Needs SciPy."""
    def index_add(self, dim: builtins.int, index: Any, source: Any, *, alpha: Any = 1) -> Tensor:
        """x with the slices of alpha · source added at the positions of the 1-d `index` along `dim`; indices may
        repeat.
        """
    def index_copy(self, dim: builtins.int, index: Any, source: Any) -> Tensor:
        """x with the slices of `source` written to the positions of the 1-d `index` along `dim`; the last value
        counts.
        """
    def index_fill(self, dim: builtins.int, index: Any, value: Any) -> Tensor:
        """x with one `value` written to all slices at the positions of the 1-d `index` along `dim`."""
    def index_put(self, indices: Any, values: Any, accumulate: builtins.bool = False) -> Tensor:
        """The tensor with `values` at self[indices]; with `accumulate` they are added, as often as a position
        occurs.
        """
    def index_reduce(
        self, dim: builtins.int, index: Any, source: Any, reduce: builtins.str, *, include_self: builtins.bool = True
    ) -> Tensor:
        """x with the slices of `source` reduced into it at the positions of the 1-d `index` along `dim`."""
    def index_select(self, dim: builtins.int, index: Any) -> Tensor:
        """The slices of x at the positions of the 1-d `index` along `dim`; PyTorch's `torch.index_select`."""
    def inner(self, other: Any) -> Tensor:
        """Sum of products over the last axis of x and the last axis of y."""
    def int(self) -> Tensor:
        """The tensor in dtype int32; itself if it has it already."""
    def inverse(self) -> Tensor:
        """The inverse A⁻¹ of square matrices (…, n, n); np.linalg.inv, the array API's and PyTorch's `linalg.inv`."""
    def is_complex(self) -> builtins.bool:
        """Whether the dtype is complex."""
    def isclose(self, other: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Tensor:
        """Elementwise |a - b| <= atol + rtol·|b|; shapes broadcast. NaN equals NaN only under `equal_nan`."""
    def isfinite(self) -> Tensor:
        """Elementwise: whether x is neither NaN nor infinite."""
    def isinf(self) -> Tensor:
        """Elementwise: whether x is plus or minus infinity."""
    def isnan(self) -> Tensor:
        """Elementwise: whether x is NaN."""
    def isneginf(self) -> Tensor:
        """Elementwise: whether x is minus infinity."""
    def isposinf(self) -> Tensor:
        """Elementwise: whether x is plus infinity."""
    def isreal(self) -> Tensor:
        """Elementwise: whether the imaginary part is 0."""
    def kron(self, other: Any) -> Tensor:
        """The Kronecker product: a copy of y, scaled, for every element of x."""
    def lcm(self, other: Any) -> Tensor:
        """Elementwise least common multiple of integers."""
    def ldexp(self, other: Any) -> Tensor:
        """self · 2 ^ other; `other` need not be whole."""
    def le(self, other: Any) -> Tensor:
        """Elementwise x <= y."""
    def lerp(self, end: Any, weight: Any) -> Tensor:
        """Elementwise x + weight · (end - x), from x at weight 0 to `end` at weight 1; shapes broadcast."""
    def less(self, other: Any) -> Tensor:
        """Elementwise x < y."""
    def less_equal(self, other: Any) -> Tensor:
        """Elementwise x <= y."""
    def lgamma(self) -> Tensor:
        """Elementwise ln |Γ|; see `autograd.special.gammaln`. Needs SciPy."""
    def log(self) -> Tensor:
        """Elementwise natural logarithm."""
    def log10(self) -> Tensor:
        """Elementwise logarithm to base 10."""
    def log1p(self) -> Tensor:
        """Elementwise ln(1 + x), accurate near 0."""
    def log2(self) -> Tensor:
        """Elementwise logarithm to base 2."""
    def logaddexp(self, other: Any) -> Tensor:
        """Elementwise ln(eˣ + eʸ) without overflow; shapes broadcast. Where both are -∞ the derivatives are 0."""
    def logaddexp2(self, other: Any) -> Tensor:
        """Elementwise log2(2ˣ + 2ʸ) without overflow; shapes broadcast. Where both are -∞ the derivatives are 0."""
    def logdet(self) -> Tensor:
        """log det A of square matrices (…, n, n) → (…); nan where a real determinant is negative; PyTorch's
        `logdet`.
        """
    def logical_and(self, other: Any) -> Tensor:
        """Elementwise: whether both are nonzero."""
    def logical_not(self) -> Tensor:
        """Elementwise: whether x is zero."""
    def logical_or(self, other: Any) -> Tensor:
        """Elementwise: whether at least one is nonzero."""
    def logical_xor(self, other: Any) -> Tensor:
        """Elementwise: whether exactly one is nonzero."""
    def logit(self, eps: builtins.float | None = None) -> Tensor:
        """ln(x / (1 - x)), NaN outside [0, 1]; with `eps`, of x limited to [eps, 1 - eps]."""
    def long(self) -> Tensor:
        """The tensor in dtype int64; itself if it has it already."""
    def lt(self, other: Any) -> Tensor:
        """Elementwise x < y."""
    def lu(self, pivot: builtins.bool = True, get_infos: builtins.bool = False) -> builtins.tuple[Tensor, ...]:
        """(LU, pivots), with `get_infos` and zeros (what cannot be factorized raises); see
        `autograd.linalg.lu_factor`.
        """
    def lu_solve(self, LU_data: Any, LU_pivots: Any) -> Tensor:
        """The solution X of A X = this tensor, given what `lu` makes of A; see `autograd.linalg.lu_solve`."""
    def masked_fill(self, mask: Any, value: Any) -> Tensor:
        """x with `value` (a number or 0-d) where the mask is True; x and the mask broadcast."""
    def masked_scatter(self, mask: Any, source: Any) -> Tensor:
        """x with the elements of `source`, in order, where the mask is True; x and the mask broadcast."""
    def masked_select(self, mask: Any) -> Tensor:
        """The elements of x where the mask is True, as a vector; x and the mask broadcast."""
    def matmul(self, other: Any) -> Tensor:
        """Matrix product x @ y; leading axes broadcast, a 1-d operand is a row on the left and a column on the
        right.
        """
    def matrix_exp(self) -> Tensor:
        """The matrix exponential Σ Aᵏ/k! of square matrices (…, n, n); PyTorch's `matrix_exp`, SciPy's `expm`."""
    def matrix_power(self, n: builtins.int) -> Tensor:
        """The n-th power of square matrices by repeated squaring; negative n are powers of the inverse."""
    def maximum(self, other: Any) -> Tensor:
        """Elementwise larger of x and y, NaN where either is. Shapes broadcast; ties share the gradient half and
        half.
        """
    def minimum(self, other: Any) -> Tensor:
        """Elementwise smaller of x and y, NaN where either is. Shapes broadcast; ties share the gradient half and
        half.
        """
    def mm(self, mat2: Any) -> Tensor:
        """The product of two matrices."""
    def moveaxis(self, source: Any, destination: Any) -> Tensor:
        """Move axes to other positions; the others keep their order."""
    def movedim(self, source: Any, destination: Any) -> Tensor:
        """Move axes to other positions; the others keep their order."""
    def msort(self) -> Tensor:
        """x sorted along its first axis; PyTorch's `torch.msort`."""
    def mul(self, other: Any) -> Tensor:
        """Elementwise product x · y; shapes broadcast."""
    def multiply(self, other: Any) -> Tensor:
        """Elementwise product x · y; shapes broadcast."""
    def mv(self, vec: Any) -> Tensor:
        """A matrix times a vector."""
    def mvlgamma(self, p: builtins.int) -> Tensor:
        """Elementwise logarithm of the multivariate gamma function of dimension p; see
        `autograd.special.multigammaln`.
        """
    def nan_to_num(self, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Tensor:
        """Elementwise x with NaN replaced by `nan`, infinities by `posinf` and `neginf` (None: the dtype's largest
        and smallest number). The gradient passes where x is finite.
        """
    def nanquantile(
        self,
        q: Any,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        interpolation: builtins.str = "linear",
    ) -> Tensor:
        """`quantile` of the elements that are no NaN."""
    def narrow(self, dim: builtins.int, start: builtins.int, length: builtins.int) -> Tensor:
        """The elements `start` … `start + length - 1` along `dim`."""
    def ndimension(self) -> builtins.int:
        """The number of axes: `t.ndim`."""
    def ne(self, other: Any) -> Tensor:
        """Elementwise x != y."""
    def neg(self) -> Tensor:
        """Elementwise -x."""
    def negative(self) -> Tensor:
        """Elementwise -x."""
    def nelement(self) -> builtins.int:
        """The number of elements: `t.size`."""
    def new_empty(self, *sizes: Any, **named: Any) -> Tensor:
        """A tensor of a shape whose elements are not set, in the dtype of this one."""
    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: builtins.bool = False
    ) -> Tensor:
        """One value in a shape, in the dtype of this tensor."""
    def new_ones(self, *sizes: Any, **named: Any) -> Tensor:
        """Ones of a shape, in the dtype of this tensor."""
    def new_tensor(self, data: Any, *, dtype: Any = None, requires_grad: builtins.bool = False) -> Tensor:
        """A tensor with a copy of these values, in the dtype of this one."""
    def new_zeros(self, *sizes: Any, **named: Any) -> Tensor:
        """Zeros of a shape, in the dtype of this tensor."""
    def nextafter(self, other: Any) -> Tensor:
        """Elementwise the floating-point number next to x on the way to y; it carries no gradient."""
    def nonzero(self, *, as_tuple: builtins.bool = False) -> Any:
        """The positions of the elements that are not 0, one per row, or as one tensor per axis."""
    def not_equal(self, other: Any) -> Tensor:
        """Elementwise x != y."""
    def numel(self) -> builtins.int:
        """The number of elements: `t.size`."""
    def orgqr(self, tau: Any) -> Tensor:
        """The first columns of H₀ H₁ ⋯ with Hᵢ = I - τᵢ vᵢ vᵢᴴ; PyTorch's `linalg.householder_product`, LAPACK's
        orgqr.
        """
    def outer(self, vec2: Any) -> Tensor:
        """The matrix of all products of an element of x and one of y."""
    def permute(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.permute(2, 0, 1)` or `t.permute((2, 0, 1))`: the axes in another order."""
    def pinverse(self, rcond: builtins.float = 1e-15) -> Tensor:
        """The pseudoinverse; see `autograd.linalg.pinv`."""
    def polygamma(self, n: builtins.int) -> Tensor:
        """Elementwise n-th derivative of digamma; see `autograd.special.polygamma`. Needs SciPy."""
    def positive(self) -> Tensor:
        """Elementwise +x: the same values."""
    def pow(self, exponent: Any) -> Tensor:
        """Elementwise x to the power y; shapes broadcast."""
    def put(self, index: Any, source: Any, accumulate: builtins.bool = False) -> Tensor:
        """x with the elements of `source` at these positions of the flattened x; `accumulate` adds instead. A copy."""
    def qr(self, some: builtins.bool = True) -> builtins.tuple[Tensor, ...]:
        """(Q, R), Q square unless `some`; see `autograd.linalg.qr`."""
    def quantile(
        self,
        q: Any,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        interpolation: builtins.str = "linear",
    ) -> Tensor:
        """The q-quantiles along `dim`, of all elements if None; see `autograd.quantile`, whose `method` is
        `interpolation`.
        """
    def rad2deg(self) -> Tensor:
        """Elementwise radians to degrees."""
    def ravel(self, order: builtins.str = "C") -> Tensor:
        """All elements along one axis."""
    def reciprocal(self) -> Tensor:
        """Elementwise 1/x. Integers are divided as integers, as NumPy does; write 1.0 / x for real quotients."""
    def relu(self) -> Tensor:
        """Elementwise max(x, 0); the derivative at 0 is taken as 0."""
    def remainder(self, other: Any) -> Tensor:
        """Elementwise x - y·⌊x / y⌋, Python's `%`: the sign is that of y. Shapes broadcast."""
    def repeat(self, *sizes: Any, **named: Any) -> Tensor:
        """The whole tensor laid out so many times along each axis, at least one number an axis (NumPy's `tile`)."""
    def repeat_interleave(
        self, repeats: Any, dim: builtins.int | None = None, *, output_size: builtins.int | None = None
    ) -> Tensor:
        """Each element so many times along `dim` (NumPy's `repeat`); `output_size` is the length to be expected."""
    def reshape(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.reshape(2, 3)` or `t.reshape((2, 3))`; one length may be -1."""
    def reshape_as(self, other: Any) -> Tensor:
        """`t.reshape(*other.shape)`."""
    def roll(self, shifts: Any, dims: Any = None) -> Tensor:
        """Move the elements by `shifts` along `dims`, those that leave coming in at the other end."""
    def rot90(self, k: builtins.int = 1, dims: Any = (0, 1)) -> Tensor:
        """Rotate by k · 90° in the plane of two axes, from the first towards the second."""
    def round(self, decimals: Any = 0) -> Tensor:
        """Elementwise x rounded to `decimals` places, halves to even; locally constant, so it carries no gradient."""
    def rsqrt(self) -> Tensor:
        """Elementwise 1/√x; infinite at 0."""
    def scatter(
        self, dim: builtins.int, index: Any, src: Any = None, *, value: Any = None, reduce: Any = None
    ) -> Tensor:
        """The tensor with `src`, or one `value`, written to the places `index` along `dim`; with reduce="add",
        added.
        """
    def scatter_add(self, dim: builtins.int, index: Any, src: Any) -> Tensor:
        """x with src added: out[index[i, j], j] += src[i, j] for dim 0, and so on; PyTorch's `torch.scatter_add`."""
    def scatter_reduce(
        self, dim: builtins.int, index: Any, src: Any, reduce: builtins.str, *, include_self: builtins.bool = True
    ) -> Tensor:
        """x with src reduced into it: out[index[i, j], j] = reduction of all src[i, j] that go there, for dim 0, and
        so on.
        """
    def select(self, dim: builtins.int, index: builtins.int) -> Tensor:
        """The slice at one position of `dim`, which the result loses."""
    def select_scatter(self, src: Any, dim: builtins.int, index: builtins.int) -> Tensor:
        """x with `src` as the slice at one position of `dim`; a copy, differentiable by both."""
    def sgn(self) -> Tensor:
        """Elementwise -1, 0 or 1; the result is locally constant and carries no gradient."""
    def short(self) -> Tensor:
        """The tensor in dtype int16; itself if it has it already."""
    def sigmoid(self) -> Tensor:
        """Elementwise logistic function 1 / (1 + e⁻ˣ); derivative σ(1 - σ)."""
    def sign(self) -> Tensor:
        """Elementwise -1, 0 or 1; the result is locally constant and carries no gradient."""
    def signbit(self) -> Tensor:
        """Elementwise: whether the sign bit is set, also that of -0.0."""
    def sin(self) -> Tensor:
        """Elementwise sine."""
    def sinc(self) -> Tensor:
        """Elementwise sin(πx) / (πx), and 1 at 0; right to any order of derivative also there."""
    def sinh(self) -> Tensor:
        """Elementwise hyperbolic sine."""
    def slice_scatter(
        self, src: Any, dim: builtins.int = 0, start: Any = None, end: Any = None, step: builtins.int = 1
    ) -> Tensor:
        """x with `src` as its slice start:end:step of `dim`; a copy, differentiable by both."""
    def slogdet(self) -> builtins.tuple[Tensor, ...]:
        """(sign, log |det|); see `autograd.linalg.slogdet`."""
    def split(self, split_size: Any, dim: builtins.int = 0) -> builtins.tuple[Tensor, ...]:
        """Parts of this length along `dim`, the last maybe shorter; or parts of the lengths in a list."""
    def split_with_sizes(self, split_sizes: Any, dim: builtins.int = 0) -> builtins.tuple[Tensor, ...]:
        """Parts of this length along `dim`, the last maybe shorter; or parts of the lengths in a list."""
    def sqrt(self) -> Tensor:
        """Elementwise square root; the derivative 1/(2√x) is infinite at 0."""
    def square(self) -> Tensor:
        """Elementwise x²."""
    def squeeze(self, dim: Any = None) -> Tensor:
        """Drop axes of length 1; one that is named and has another length stays."""
    def sub(self, other: Any, alpha: Any = 1) -> Tensor:
        """self - alpha · other."""
    def subtract(self, other: Any, alpha: Any = 1) -> Tensor:
        """self - alpha · other."""
    def sum_to_size(self, *sizes: Any, **named: Any) -> Tensor:
        """Sum down to a shape that broadcasts to the tensor's own."""
    def svd(
        self, some: builtins.bool = True, compute_uv: builtins.bool = True
    ) -> builtins.tuple[Tensor, Tensor, Tensor]:
        """(U, S, V) with this tensor = U diag(S) Vᴴ, U and V square unless `some`, both zeros without `compute_uv`."""
    def swapaxes(self, axis0: builtins.int, axis1: builtins.int) -> Tensor:
        """Exchange two axes."""
    def swapdims(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """Exchange two axes."""
    def t(self) -> Tensor:
        """The transpose of a matrix; a tensor with fewer axes is returned as it is."""
    def take(self, index: Any, axis: Any = None, out: Any = None, mode: builtins.str = "raise") -> Tensor:
        """The slices of x at `indices` along `axis`; of the flattened x when `axis` is None."""
    def take_along_dim(self, indices: Any, dim: builtins.int | None = None) -> Tensor:
        """The element at each of `indices` along `dim`; of all elements in a row when none is given."""
    def tan(self) -> Tensor:
        """Elementwise tangent; derivative 1 + tan²x."""
    def tanh(self) -> Tensor:
        """Elementwise hyperbolic tangent; derivative 1 - tanh²x."""
    def tensor_split(self, indices_or_sections: Any, axis: builtins.int = 0) -> builtins.tuple[Tensor, ...]:
        """`split` that makes the first parts longer by one where the length does not divide."""
    def tile(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.tile(2, 1)` or `t.tile((2, 1))`: `repeat` that takes missing numbers on the left as 1."""
    def to(self, other: Any = None, *, dtype: Any = None, copy: builtins.bool = False) -> Tensor:
        """The tensor in another dtype, given as such or by a tensor; itself if it has it already, unless `copy`."""
    def to_device(self, device: Any, *, stream: Any = None) -> Tensor:
        """The tensor itself, which is on the only device there is. Raises ValueError for another, or for a `stream`."""
    def trace(self, offset: builtins.int = 0, axis1: builtins.int = 0, axis2: builtins.int = 1) -> Tensor:
        """The sum along a diagonal of two axes: `np.trace(t)`, `t.trace()`. (`autograd.trace` records a run of a
        function.)
        """
    def transpose(self, dim0: Any = None, dim1: Any = None, *others: Any) -> Tensor:
        """`t.transpose(a, b)` exchanges two axes; with one tuple, or nothing, it is NumPy's order of all axes."""
    def tril(self, diagonal: builtins.int = 0) -> Tensor:
        """The lower triangle of (a stack of) matrices: zeros above the k-th diagonal."""
    def triu(self, diagonal: builtins.int = 0) -> Tensor:
        """The upper triangle of (a stack of) matrices: zeros below the k-th diagonal."""
    def true_divide(self, other: Any) -> Tensor:
        """Elementwise quotient x / y; shapes broadcast."""
    def trunc(self) -> Tensor:
        """Elementwise x rounded towards 0; the result is locally constant and carries no gradient."""
    def type(self, dtype: Any = None) -> Any:
        """The name of the dtype; with an argument, `t.to(dtype)`."""
    def type_as(self, other: Any = None, *, dtype: Any = None, copy: builtins.bool = False) -> Tensor:
        """The tensor in another dtype, given as such or by a tensor; itself if it has it already, unless `copy`."""
    def unbind(self, dim: builtins.int = 0) -> builtins.tuple[Tensor, ...]:
        """The slices of x along `axis`, which they lose: the inverse of `stack`; PyTorch's unbind."""
    def unflatten(self, dim: builtins.int, sizes: Any) -> Tensor:
        """One axis split into several of these lengths, of which one may be -1."""
    def unfold(self, dimension: builtins.int, size: builtins.int, step: builtins.int) -> Tensor:
        """All windows of `size` elements, `step` apart, along one axis; they become the last axis. A view. PyTorch's
        `Tensor.unfold`.
        """
    def unsqueeze(self, dim: builtins.int) -> Tensor:
        """Insert an axis of length 1 at position `dim` of the result."""
    def vdot(self, other: Any) -> Tensor:
        """The dot product of all elements of x with all elements of y."""
    def view(self, *sizes: Any, **named: Any) -> Tensor:
        """`t.reshape(2, 3)` or `t.reshape((2, 3))`; one length may be -1."""
    def view_as(self, other: Any) -> Tensor:
        """`t.reshape(*other.shape)`."""
    def vsplit(self, indices_or_sections: Any) -> builtins.tuple[Tensor, ...]:
        """`split` along the first axis of an array with at least two."""
    def where(self, condition: Any, other: Any) -> Tensor:
        """self where the condition is true, else other."""
    def xlogy(self, other: Any) -> Tensor:
        """Elementwise self · ln(other), and 0 where self = 0; see `autograd.special.xlogy`. Needs SciPy."""
    def all(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """Whether all elements along `axis` (an int, a tuple, or None for all) are not 0."""
    def amax(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """Largest element along `axis` (an int, a tuple, or None for all)."""
    def amin(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """Smallest element along `axis` (an int, a tuple, or None for all)."""
    def aminmax(
        self,
        *,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        axis: builtins.int | None = ...,
        keepdims: builtins.bool = ...,
    ) -> Any:
        """The smallest and the largest elements, along `dim` or of all: (min, max); ties share the gradient equally."""
    def any(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """Whether any element along `axis` (an int, a tuple, or None for all) is not 0."""
    def argmax(
        self,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int | None = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Position of the (first) largest element along `axis`, or in the flattened array; no gradient."""
    def argmin(
        self,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int | None = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Position of the (first) smallest element along `axis`, or in the flattened array; no gradient."""
    def argsort(
        self,
        dim: builtins.int = -1,
        descending: builtins.bool = False,
        stable: builtins.bool = False,
        *,
        axis: builtins.int = ...,
    ) -> Tensor:
        """The positions that put the values in order along an axis."""
    def count_nonzero(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """How many elements along `axis` (an int, a tuple, or None for all) are not 0."""
    def cummax(self, dim: builtins.int, *, axis: builtins.int = ...) -> Any:
        """The largest element so far along `dim`, and where it stands: (values, indices); of equal ones the last."""
    def cummin(self, dim: builtins.int, *, axis: builtins.int = ...) -> Any:
        """The smallest element so far along `dim`, and where it stands: (values, indices); of equal ones the last."""
    def cumprod(self, dim: builtins.int | None = None, dtype: Any = None, *, axis: builtins.int | None = ...) -> Tensor:
        """Running product along `axis`; None runs through all elements. The gradient is right where elements are 0."""
    def cumsum(self, dim: builtins.int | None = None, dtype: Any = None, *, axis: builtins.int | None = ...) -> Tensor:
        """Running sum along `axis`; None runs through all elements in row-major order."""
    def diff(
        self,
        n: builtins.int = 1,
        dim: builtins.int = -1,
        prepend: Any = None,
        append: Any = None,
        *,
        axis: builtins.int = ...,
    ) -> Tensor:
        """The n-th differences along `axis`: a[1:] - a[:-1], n times; the axis gets n shorter."""
    def kthvalue(
        self,
        k: builtins.int,
        dim: builtins.int = -1,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """The k-th smallest element along `axis`, k = 1 for the smallest, and its position; PyTorch's
        `torch.kthvalue`.
        """
    def log_softmax(self, dim: Any = -1, dtype: Any = None, *, axis: Any = ...) -> Tensor:
        """ln softmax(x) = x - ln Σ exp(x) along `axis`, exact also where softmax underflows to 0."""
    def logcumsumexp(self, dim: builtins.int, *, axis: builtins.int = ...) -> Tensor:
        """ln of the running sum of exp along `dim`, without overflow."""
    def logsumexp(
        self, dim: Any = None, keepdim: builtins.bool = False, *, axis: Any = ..., keepdims: builtins.bool = ...
    ) -> Tensor:
        """ln Σ exp(x) along `axis` (an int, a tuple, or None for all), a smooth maximum; never overflows."""
    def max(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        *,
        other: Any = None,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Any:
        """`t.max()`: the largest element, ties sharing the gradient. `t.max(other)`: elementwise maximum."""
    def mean(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        dtype: Any = None,
        *,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Arithmetic mean along `axis` (an int, a tuple, or None for all); of integers, in float64."""
    def median(
        self,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int | None = ...,
        keepdims: builtins.bool = ...,
    ) -> Any:
        """`t.median()`: the median, of an even number of elements the lower of the two in the middle; NaN if one is."""
    def min(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        *,
        other: Any = None,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Any:
        """`t.min()`: the smallest element, ties sharing the gradient. `t.min(other)`: elementwise minimum."""
    def mode(
        self,
        dim: builtins.int = -1,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """The most frequent element along `axis`, the smallest of equally frequent ones, and where it stands last."""
    def nanmean(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        *,
        dtype: Any = None,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """The mean of the elements that are no NaN, along `dim` or of all."""
    def nanmedian(
        self,
        dim: builtins.int | None = None,
        keepdim: builtins.bool = False,
        *,
        axis: builtins.int | None = ...,
        keepdims: builtins.bool = ...,
    ) -> Any:
        """`median` of the elements that are no NaN."""
    def nansum(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        *,
        dtype: Any = None,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """The sum of the elements that are no NaN, along `dim` or of all."""
    def norm(
        self,
        p: Any = "fro",
        dim: Any = None,
        keepdim: builtins.bool = False,
        dtype: Any = None,
        *,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Vector p-norm of the elements along `dim`, of all of them when none is given; p = "fro" is p = 2."""
    def prod(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        dtype: Any = None,
        *,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Product along `axis` (an int, a tuple, or None for all); the gradient is right where elements are 0."""
    def renorm(
        self, p: builtins.float, dim: builtins.int, maxnorm: builtins.float, *, axis: builtins.int = ...
    ) -> Tensor:
        """x with each slice across `axis` whose p-norm exceeds `maxnorm` scaled down to it; PyTorch's
        `torch.renorm`.
        """
    def softmax(self, dim: Any = -1, dtype: Any = None, *, axis: Any = ...) -> Tensor:
        """exp(x) / Σ exp(x) along `axis` (an int, a tuple, or None for all): positive numbers whose sum is 1."""
    def softmin(self, dim: Any = -1, dtype: Any = None, *, axis: Any = ...) -> Tensor:
        """softmax(-x): the smallest element gets the largest share."""
    def sort(
        self,
        dim: builtins.int = -1,
        descending: builtins.bool = False,
        stable: builtins.bool = False,
        *,
        axis: builtins.int = ...,
    ) -> Any:
        """The values in order along an axis, and their positions, as `(values, indices)`."""
    def std(
        self,
        dim: Any = None,
        unbiased: builtins.bool | None = None,
        keepdim: builtins.bool = False,
        *,
        correction: builtins.float | None = 1,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Standard deviation with divisor n - correction; `unbiased=False` is `correction=0`."""
    def sum(
        self,
        dim: Any = None,
        keepdim: builtins.bool = False,
        dtype: Any = None,
        *,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Sum along `axis` (an int, a tuple, or None for all); small integers are summed in int64, as NumPy does,
        unless `dtype` says otherwise.
        """
    def topk(
        self,
        k: builtins.int,
        dim: builtins.int = -1,
        largest: builtins.bool = True,
        sorted: builtins.bool = True,
        *,
        axis: builtins.int = ...,
    ) -> builtins.tuple[Tensor, Tensor]:
        """The k largest (or smallest) values along `axis`, in order, and their positions; PyTorch's `torch.topk`."""
    def var(
        self,
        dim: Any = None,
        unbiased: builtins.bool | None = None,
        keepdim: builtins.bool = False,
        *,
        correction: builtins.float | None = 1,
        axis: Any = ...,
        keepdims: builtins.bool = ...,
    ) -> Tensor:
        """Variance with divisor n - correction; `unbiased=False` is `correction=0`."""
