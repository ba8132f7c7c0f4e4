"""Our methods and functions on the samples of PyTorch's own operator database: the same values, first and second
derivatives, also with the arguments given by PyTorch's names."""

import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    database = pytest.importorskip("torch.testing._internal.common_methods_invocations", exc_type=ImportError)

import autograd
from autograd import Tensor, gradients, special
from nn import functional as F

METHODS = (
    "__getitem__ __radd__ __rand__ __rmatmul__ __rmod__ __rmul__ __ror__ __rpow__ __rsub__ __rxor__ abs acos acosh "
    "add addbmm addcdiv addcmul addmm addmv addr all allclose amax amin aminmax any argmax argmin argsort argwhere "
    "as_strided asin asinh atan atan2 atanh baddbmm bincount bitwise_and bitwise_left_shift bitwise_not bitwise_or "
    "bitwise_right_shift bitwise_xor bmm bool broadcast_to ceil chunk clamp clamp_max clamp_min clone contiguous "
    "copysign corrcoef cos cosh count_nonzero cov cross cummax cummin cumprod cumsum deg2rad diag diag_embed diagflat "
    "diagonal diagonal_scatter diff digamma dist div dot double dsplit eq equal erf erfc erfinv exp exp2 expand "
    "expand_as expm1 flatten flip fliplr flipud float float_power floor floor_divide fmax fmin fmod frac frexp gather "
    "gcd ge gt half heaviside histc hsplit hypot i0 igamma igammac index_add index_copy index_fill index_put "
    "index_reduce index_select inner int isclose isfinite isinf isnan isneginf isposinf kron kthvalue lcm ldexp le "
    "lerp lgamma log log10 log1p log2 log_softmax logaddexp logaddexp2 logcumsumexp logical_and logical_not "
    "logical_or logical_xor logit logsumexp long lt masked_fill masked_scatter masked_select matmul max maximum mean "
    "median min minimum mm mode movedim msort mul mv mvlgamma nan_to_num nanmean nanmedian nanquantile nansum narrow "
    "ne neg new_full new_ones new_zeros nonzero norm outer permute polygamma positive pow prod put quantile rad2deg "
    "ravel reciprocal remainder renorm repeat repeat_interleave reshape reshape_as roll rot90 round rsqrt scatter "
    "scatter_add scatter_reduce select select_scatter sgn sigmoid sign signbit sin sinc sinh slice_scatter softmax "
    "sort split split_with_sizes sqrt square squeeze std sub sum sum_to_size t take take_along_dim tan tanh "
    "tensor_split tile to topk trace transpose tril triu true_divide trunc unbind unflatten unfold unsqueeze var vdot "
    "view view_as vsplit where xlogy"
)
FUNCTIONAL = (
    "channel_shuffle grid_sample interpolate pixel_shuffle pixel_unshuffle upsample_bilinear "
    "upsample_nearest "
    "alpha_dropout bilinear feature_alpha_dropout glu prelu rrelu "
    "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d "
    "adaptive_max_pool3d max_unpool1d max_unpool2d max_unpool3d avg_pool1d avg_pool2d "
    "avg_pool3d batch_norm binary_cross_entropy binary_cross_entropy_with_logits celu conv1d "
    "conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d cross_entropy dropout dropout2d dropout3d elu "
    "gelu hardshrink hardsigmoid hardswish hardtanh l1_loss layer_norm leaky_relu linear logsigmoid max_pool1d "
    "max_pool2d max_pool3d mish mse_loss nll_loss one_hot pad relu relu6 selu silu softmin softplus softshrink "
    "softsign tanhshrink threshold"
)


def pair(f, t, *args, dim=None, unbiased=None, correction=1, keepdim=False):
    """Of moments, with PyTorch's arguments."""
    if args:
        dim, unbiased = (args[0], unbiased) if not isinstance(args[0], bool) else (dim, args[0])
        unbiased = args[1] if len(args) > 1 else unbiased
    correction = int(unbiased) if unbiased is not None else 1 if correction is None else correction
    return f(t, dim or None, correction, keepdim) if dim != 0 else f(t, 0, correction, keepdim)


FUNCTIONS = {
    "T": lambda t: t.T,
    "atleast_1d": lambda *ts: autograd.atleast_1d(*flat(ts)),
    "atleast_2d": lambda *ts: autograd.atleast_2d(*flat(ts)),
    "atleast_3d": lambda *ts: autograd.atleast_3d(*flat(ts)),
    "block_diag": lambda *ts: autograd.block_diag(*flat(ts)),
    "broadcast_tensors": np.broadcast_arrays,
    "cartesian_prod": lambda *ts: autograd.cartesian_prod(*flat(ts)),
    "bucketize": autograd.bucketize,
    "cat": autograd.cat,
    "cdist": lambda x, y, p=2.0, compute_mode=None: autograd.cdist(x, y, p),
    "column_stack": autograd.column_stack,
    "combinations": autograd.combinations,
    "constant_pad_nd": lambda t, pad, value=0.0: F.pad(t, pad, "constant", value),
    "cumulative_trapezoid": lambda y, *x, dx=1.0, dim=-1: autograd.cumulative_trapezoid(y, *x, dx=dx, axis=dim),
    "dstack": autograd.dstack,
    "einsum": lambda ts, equation: autograd.einsum(equation, *ts),
    "hstack": autograd.hstack,
    "mT": lambda t: t.mT,
    "meshgrid": lambda *ts, indexing="ij": autograd.meshgrid(*flat(ts), indexing=indexing),
    "nn.functional.embedding_bag": lambda weight, index, **options: F.embedding_bag(index, weight, **options),
    "nn.functional.embedding": lambda weight, index, **options: F.embedding(index, weight, **options),
    "nn.functional.unfold": F.unfold,
    "rsub": lambda t, other, alpha=1: other - alpha * t,
    "special.polygamma": lambda t, n: special.polygamma(n, t),
    "stack": lambda ts, dim=0: autograd.stack(ts, dim),
    "tensordot": lambda t, other, dims: autograd.tensordot(t, other, dims),
    "trapezoid": lambda y, *x, dx=1.0, dim=-1: autograd.trapezoid(y, *x, dx=dx, axis=dim),
    "trapz": lambda y, *x, dx=1.0, dim=-1: autograd.trapz(y, *x, dx=dx, axis=dim),
    "std_mean": lambda t, *dim, **options: pair(autograd.std_mean, t, *dim, **options),
    "var_mean": lambda t, *dim, **options: pair(autograd.var_mean, t, *dim, **options),
    "vstack": autograd.vstack,
}
DTYPES = {torch.float64: np.float64, torch.float32: np.float32, torch.int64: np.int64, torch.bool: np.bool_}
LOOSE = {"cov": 1e-4, "nn.functional.hardsigmoid": 1e-6}  # whose weights, and whose slope, are a float32 in PyTorch

SPECIAL = (
    "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 entr erfcx i0e i1 i1e log_ndtr modified_bessel_i0 "
    "modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 ndtr ndtri scaled_modified_bessel_k0 "
    "scaled_modified_bessel_k1 spherical_bessel_j0 xlog1py zeta"
)
"""Of torch.special what has no other name."""
LOOSE |= dict.fromkeys(
    [f"special.{name}" for name in ("airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1")], 1e-5
)
"""In double precision PyTorch gives seven digits of these."""


def left_out(op, sample):
    """Why a sample says nothing about us, if so."""
    if "nuc" in sample.args:
        return "nuclear norms need singular values"
    if "dropout" in op.name and sample.kwargs.get("training", True) and sample.kwargs.get("p", 0.5) not in (0.0, 1.0):
        return "other random numbers"
    if op.name == "nn.functional.rrelu" and sample.kwargs.get("training"):
        return "other random numbers"
    if sample.kwargs.get("inplace"):
        return "nothing is overwritten here"
    if op.name == "tensordot" and 1 in sample.input.shape:
        return "axes of length 1 are contracted with equal ones only, as in NumPy"
    if "max_unpool" in op.name and written_twice(sample.args[0], int(op.name[-2])):
        return "PyTorch gives overwritten values a gradient, too"
    if op.name == "nn.functional.batch_norm" and sample.input.ndim < 2:
        return "an input without channels"
    return ""


def written_twice(index, rank):
    """Whether a place occurs twice in one of the planes, which are the last `rank` axes."""
    places = index.flatten(-rank).sort(-1).values
    return bool((places[..., 1:] == places[..., :-1]).any())


def calls():
    """(name, label, entry of the database, PyTorch's callable, ours) for everything that is compared."""
    for op in database.op_db:
        label = f"{op.name} {op.variant_test_name}".strip()
        if op.variant_test_name in ("complex", "partial_views", "decomposed", "triton_optimized", "without_cudnn"):
            continue
        if op.name in FUNCTIONS:
            yield op.name, label, op, op.op, FUNCTIONS[op.name]
        elif op.name.removeprefix("nn.functional.") in FUNCTIONAL.split():
            yield op.name, label, op, op.op, getattr(F, op.name.removeprefix("nn.functional."))
        elif op.name.removeprefix("special.") in SPECIAL.split():
            yield op.name, label, op, op.op, getattr(special, op.name.removeprefix("special."))
        elif op.name in METHODS.split():
            yield op.name, label, op, op.method_variant or op.op, getattr(Tensor, op.name)
            for alias in op.aliases:
                if hasattr(torch.Tensor, alias.name):
                    theirs = getattr(torch.Tensor, alias.name)
                    yield alias.name, f"{label} as {alias.name}", op, theirs, getattr(Tensor, alias.name)


CALLS = list(calls())


def to_ours(value, leaves):
    """PyTorch's tensors and dtypes in nested containers as ours; pairs of tensors that require grad go to `leaves`."""
    if isinstance(value, torch.Tensor):
        ours = autograd.tensor(value.detach().numpy(), requires_grad=value.requires_grad)
        if value.requires_grad:
            leaves.append((ours, value))
        return ours
    if isinstance(value, (list, tuple)):
        return type(value)(to_ours(v, leaves) for v in value) if type(value) in (list, tuple) else tuple(value)
    if isinstance(value, dict):
        return {k: to_ours(v, leaves) for k, v in value.items()}
    return DTYPES[value] if isinstance(value, torch.dtype) else value


def flat(value):
    return [leaf for v in value for leaf in flat(v)] if isinstance(value, (list, tuple)) else [value]


def assert_close(ours, theirs, rtol, what):
    x = np.asarray(ours.detach() if isinstance(ours, Tensor) else ours)
    y = theirs.numpy(force=True) if isinstance(theirs, torch.Tensor) else np.asarray(theirs)
    assert x.shape == y.shape, what
    if what == "value":
        assert x.dtype == y.dtype
    np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol, err_msg=what)


def weighted_sum(pairs):
    """Σ w · y with the same random weights for both libraries."""
    rng, ours, theirs = np.random.default_rng(0), 0.0, torch.zeros(())
    for x, y in pairs:
        w = rng.normal(size=tuple(y.shape))
        ours = ours + (x * w.astype(x.dtype)).sum()
        theirs = theirs + (y * torch.tensor(w, dtype=y.dtype)).sum()
    return ours, theirs


def derivatives(ours, theirs, leaves):
    """Gradients by all leaves, zeros for None."""
    xs, ys = zip(*leaves, strict=True)
    d = gradients(ours, xs, create_graph=True, allow_unused=True) if getattr(ours, "requires_grad", False) else None
    e = torch.autograd.grad(theirs, ys, create_graph=True, allow_unused=True)
    d = [autograd.zeros_like(x) if v is None else v for x, v in zip(xs, d or [None] * len(xs), strict=True)]
    return list(zip(d, (torch.zeros_like(y) if v is None else v for y, v in zip(ys, e, strict=True)), strict=True))


def by_name(name, theirs, sample):
    """The positional arguments by the names that PyTorch gives them, for each of its overloads that takes them so."""
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{name}"):
        names = [a.name for a in schema.arguments[1:] if not a.kwarg_only]
        if sample.args and len(sample.args) <= len(names) and "Dimname" not in str(schema):
            named = dict(zip(names, sample.args, strict=False)) | sample.kwargs
            try:
                yield named, theirs(sample.input, **named)
            except (TypeError, RuntimeError):  # PyTorch's method itself does not take them
                continue


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, label, op, theirs, ours", CALLS, ids=[call[1] for call in CALLS])
def test_same_values_and_derivatives(name, label, op, theirs, ours):
    is_float = torch.float64 in op.supported_dtypes("cpu")
    rtol = LOOSE.get(op.name, 1e-9)
    dtype = torch.float64 if is_float else torch.int64
    samples = list(op.sample_inputs("cpu", dtype, requires_grad=is_float and op.supports_autograd))
    for sample in samples[:: 1 + len(samples) // 200]:  # pooling has more than a thousand
        if left_out(op, sample) or {"device", "memory_format"} & sample.kwargs.keys():
            continue
        leaves = []
        args = to_ours((sample.input, *sample.args), leaves)
        y, z = ours(*args, **to_ours(sample.kwargs, leaves)), theirs(sample.input, *sample.args, **sample.kwargs)
        pairs = list(zip(flat(y), flat(z), strict=True))
        for pair in pairs:
            assert_close(*pair, 1e-3 if op.name == "half" else rtol, "value")
        if op.name in METHODS.split():
            for named, expected in by_name(name, theirs, sample):
                for pair in zip(flat(ours(args[0], **to_ours(named, []))), flat(expected), strict=True):
                    assert_close(*pair, rtol, f"value with arguments by name: {list(named)}")
        for order in (1, 2):
            pairs = [(x, y) for x, y in pairs if getattr(y, "requires_grad", False)]
            if not pairs or not leaves:
                break
            try:
                pairs = derivatives(*weighted_sum(pairs), leaves)
            except RuntimeError:
                assert not op.supports_gradgrad or order == 1, "PyTorch has a second derivative here"
                break
            for pair in pairs:
                assert_close(*pair, rtol, f"derivative of order {order}")


def test_everything_listed_is_in_the_database():
    found = {op.name.removeprefix("nn.functional.") for _, _, op, _, _ in CALLS}
    wanted = {*METHODS.split(), *FUNCTIONAL.split(), *(f"special.{name}" for name in SPECIAL.split())}
    wanted |= {name.removeprefix("nn.functional.") for name in FUNCTIONS}
    assert found == wanted
