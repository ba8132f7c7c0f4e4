"""The one table of Tensor's operators and methods: which function stands behind which name.

Method names and semantics are PyTorch's; `axis`/`keepdims` are accepted as other spellings of `dim`/`keepdim`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from autograd import interchange, ndarray_methods, numpy_signatures, ops, protocols, torch_methods, torch_reductions
from autograd.dtypes import PLAIN
from autograd.graph import is_grad_enabled, tell
from autograd.tensor import Tensor

OPERATORS: dict[str, Callable[..., Any]] = {
    "add": ops.add,
    "sub": ops.subtract,
    "mul": ops.multiply,
    "truediv": ops.divide,
    "pow": ops.power,
    "matmul": ops.matmul,
    "floordiv": ops.floor_divide,
    "mod": ops.remainder,
    "and": ops.bitwise_and,
    "or": ops.bitwise_or,
    "xor": ops.bitwise_xor,
    "lshift": ops.bitwise_left_shift,
    "rshift": ops.bitwise_right_shift,
}
UNARY: dict[str, Callable[..., Any]] = {
    "neg": ops.negative,
    "pos": ops.positive,
    "abs": ops.absolute,
    "invert": ops.bitwise_invert,
    "round": ops.round,
}
COMPARISONS: dict[str, Callable[..., Any]] = {
    "eq": ops.equal,
    "ne": ops.not_equal,
    "lt": ops.less,
    "le": ops.less_equal,
    "gt": ops.greater,
    "ge": ops.greater_equal,
}
ELEMENTWISE = (
    "abs absolute acos acosh addcdiv addcmul allclose angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin "
    "asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor ceil clip conj "
    "conj_physical copysign cos cosh deg2rad erf erfc exp exp2 expm1 float_power floor floor_divide fmax fmin fmod "
    "frac greater greater_equal heaviside hypot isclose isfinite isinf isnan isreal lerp less less_equal log log10 "
    "log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor maximum minimum multiply "
    "nan_to_num negative not_equal positive pow rad2deg reciprocal relu remainder round rsqrt sigmoid sign signbit "
    "sin sinc sinh sqrt square tan tanh trunc"
)
"""Methods whose name and meaning are those of the function."""
LINALG_AND_INDEXING = (
    "addbmm addmm addmv addr baddbmm bmm diag diag_embed diagflat dot index_add index_copy index_fill index_select "
    "inner kron masked_fill masked_scatter masked_select matmul mm mv outer scatter_add take tril triu vdot"
)
METHODS: dict[str, Callable[..., Any]] = {
    **{name: getattr(ops, name) for name in ELEMENTWISE.split()},
    **COMPARISONS,
    "add": torch_methods.add,
    "bitwise_not": ops.bitwise_invert,
    "clamp": ops.clip,
    "clamp_max": ops.clip_max,
    "clamp_min": ops.clip_min,
    "div": torch_methods.div,
    "divide": torch_methods.div,
    "equal": ops.array_equal,
    "mul": ops.multiply,
    "neg": ops.negative,
    "sub": torch_methods.sub,
    "subtract": torch_methods.sub,
    "true_divide": ops.divide,
    "where": torch_methods.where,
    **{name: getattr(ops, name) for name in LINALG_AND_INDEXING.split()},
    "argwhere": ops.argwhere,
    "astype": ops.astype,
    "bernoulli": ops.bernoulli,
    "bool": torch_methods.converter("bool", "bool"),
    "byte": torch_methods.converter("byte", "uint8"),
    "cdouble": torch_methods.converter("cdouble", "complex128"),
    "cfloat": torch_methods.converter("cfloat", "complex64"),
    "broadcast_to": torch_methods.broadcast_to,
    "char": torch_methods.converter("char", "int8"),
    "chunk": ops.chunk,
    "clone": ops.clone,
    "contiguous": torch_methods.contiguous,
    "copy": ops.clone,
    "diagonal": torch_reductions.diagonal,
    "dim": torch_methods.dim,
    "dist": torch_reductions.dist,
    "double": torch_methods.converter("double", "float64"),
    "dsplit": ops.dsplit,
    "expand": torch_methods.expand,
    "expand_as": torch_methods.expand_as,
    "fix": ops.trunc,
    "flatten": ops.flatten,
    "flip": torch_methods.flip,
    "fliplr": ops.fliplr,
    "flipud": ops.flipud,
    "float": torch_methods.converter("float", "float32"),
    "gather": torch_reductions.gather,
    "ger": ops.outer,
    "half": torch_methods.converter("half", "float16"),
    "hsplit": ops.hsplit,
    "index_put": torch_reductions.index_put,
    "int": torch_methods.converter("int", "int32"),
    "is_complex": ops.is_complex,
    "long": torch_methods.converter("long", "int64"),
    "moveaxis": ops.moveaxis,
    "movedim": ops.moveaxis,
    "narrow": torch_methods.narrow,
    "ndimension": torch_methods.dim,
    "nelement": torch_methods.numel,
    "nonzero": torch_reductions.nonzero,
    "numel": torch_methods.numel,
    "permute": torch_methods.permute,
    "ravel": ops.ravel,
    "repeat": torch_methods.repeat,
    "repeat_interleave": torch_methods.repeat_interleave,
    "reshape": torch_methods.reshape,
    "reshape_as": torch_methods.reshape_as,
    "roll": torch_methods.roll,
    "rot90": ops.rot90,
    "scatter": torch_reductions.scatter,
    "select": torch_methods.select,
    "sgn": ops.sign,
    "short": torch_methods.converter("short", "int16"),
    "split": torch_methods.split,
    "split_with_sizes": torch_methods.split,
    "squeeze": torch_methods.squeeze,
    "sum_to_size": torch_methods.sum_to_size,
    "swapaxes": torch_methods.swapdims,
    "swapdims": torch_methods.swapdims,
    "t": torch_methods.t,
    "take_along_dim": torch_reductions.take_along_dim,
    "tensor_split": ops.array_split,
    "tile": torch_methods.tile,
    "to": torch_methods.to,
    "trace": ops.matrix_trace,
    "transpose": torch_methods.transpose,
    "type": torch_methods.type_,
    "type_as": torch_methods.to,
    "unbind": ops.unstack,
    "unflatten": torch_methods.unflatten,
    "unsqueeze": torch_methods.unsqueeze,
    "view": torch_methods.view,
    "view_as": torch_methods.reshape_as,
    "vsplit": ops.vsplit,
}
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "all": ops.all,
    "amax": ops.max,
    "amin": ops.min,
    "any": ops.any,
    "argsort": torch_reductions.argsort,
    "argmax": ops.argmax,
    "argmin": ops.argmin,
    "count_nonzero": ops.count_nonzero,
    "cumprod": ops.cumprod,
    "cumsum": ops.cumsum,
    "log_softmax": ops.log_softmax,
    "logsumexp": ops.logsumexp,
    "max": torch_reductions.max_,
    "mean": ops.mean,
    "min": torch_reductions.min_,
    "norm": torch_reductions.norm,
    "prod": ops.prod,
    "softmax": ops.softmax,
    "softmin": ops.softmin,
    "sort": torch_reductions.sort,
    "std": torch_reductions.std,
    "sum": ops.sum,
    "topk": ops.topk,
    "var": torch_reductions.var,
}
"""Methods that take `dim`/`keepdim`, or `axis`/`keepdims`."""
LATE = (
    "aminmax as_strided bincount cholesky cholesky_inverse cholesky_solve corrcoef cov cross cummax cummin det "
    "diagonal_scatter diff digamma erfinv frexp gcd histc i0 igamma igammac index_reduce inverse isneginf isposinf "
    "kthvalue lcm ldexp lgamma logcumsumexp logdet logit lu lu_solve matrix_exp matrix_power median mode msort "
    "mvlgamma nanmean nanmedian nanquantile nansum new_empty new_full new_ones new_tensor new_zeros nextafter orgqr "
    "pinverse polygamma put qr quantile renorm scatter_reduce select_scatter slice_scatter slogdet svd unfold xlogy"
)
"""Methods of families that are declared late; `late_methods` says what stands behind them."""
EMPTY_IS_ALL = "amax amin count_nonzero mean nanmean nansum norm prod std sum var"
"""Reductions for which no axes, `dim=()`, means all of them."""
SCALARS_TOO = (
    "flip index_add index_copy index_fill index_reduce index_select moveaxis movedim scatter scatter_add "
    "scatter_reduce squeeze swapaxes swapdims transpose"
)
"""Other methods that take a 0-d tensor for a vector of length 1 if an axis is named."""
NAMES = {
    "other": "allclose arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor "
    "copysign eq equal floor_divide fmax fmin fmod gcd ge greater greater_equal gt hypot inner isclose kron "
    "lcm le less less_equal logaddexp logaddexp2 logical_and logical_or logical_xor lt matmul maximum minimum "
    "mul multiply ne nextafter not_equal remainder true_divide vdot",
    "axis0 axis1": "swapaxes",
    "chunks dim": "chunk",
    "dim": "unbind",
    "diagonal": "diag tril triu",
    "exponent": "float_power pow",
    "index": "take",
    "indices": "dsplit hsplit tensor_split vsplit",
    "k dims": "rot90",
    "max": "clamp_max",
    "min": "clamp_min",
    "offset": "diagflat",
    "sections": "dsplit hsplit tensor_split vsplit",
    "split_sizes": "split_with_sizes",
    "tensor": "dot",
    "tensor_indices_or_sections dim": "tensor_split",
    "values": "heaviside",
    "vec2": "ger outer",
}
"""PyTorch's names of the arguments after `self`, where the function's own differ; both are accepted."""
PROPERTIES: dict[str, Callable[..., Any]] = {
    "H": torch_methods.conjugate_transpose,
    "T": ops.transpose,
    "device": interchange.device,
    "imag": ops.imag,
    "mH": torch_methods.conjugate_transpose,
    "mT": ops.matrix_transpose,
    "real": ops.real,
}


def reflected(function: Callable[..., Any]) -> Callable[..., Any]:
    """The operator with its operands swapped, for `2 * t`."""
    return lambda self, other: function(other, self)


def in_place(function: Callable[..., Any], symbol: str) -> Callable[..., Any]:
    """`t += u` as a functional update: the handle `t` moves on to the new value, the record keeps the old one."""

    def update(self: Tensor, other: Any) -> Tensor:
        return moved(self, function(self, other), f"t {symbol}= u")

    return update


def moved(target: Tensor, result: Tensor, what: str) -> Tensor:
    """Let the handle `target` stand for `result` from now on; shape and dtype may not change."""
    if target.is_leaf and target.requires_grad:
        if is_grad_enabled():
            raise RuntimeError(
                f"`{what}` on a leaf that requires grad would make it a result and lose its gradient; write to a new "
                f"name (u = t + ...), or update inside `with autograd.no_grad():`"
            )
        target.data = result.data
        return target
    if result.shape != target.shape:
        raise ValueError(
            f"`{what}`: the result has shape {result.shape}, the tensor {target.shape}; an update keeps the shape"
        )
    if result.dtype != target.dtype:
        if result.dtype.kind != target.dtype.kind and not (result.dtype.kind in "iub" and target.dtype.kind in "fc"):
            raise TypeError(f"`{what}`: a result of dtype {result.dtype} does not fit a tensor of dtype {target.dtype}")
        result = ops.astype(result, target.dtype)
    tell("moved", target)
    meta = None if target._node is None else target._node.meta
    target._data, target._node = result._data, result._node
    if meta is not None and meta.tensor is not None:  # `.grad` belongs to the value that the handle stands for
        meta.tensor = None
        if target._node is not None:
            target.retain_grad()
    return target


def set_item(self: Tensor, index: Any, value: Any) -> None:
    """`t[index] = value` as a functional update: values computed from the old contents keep their derivatives."""
    moved(self, ops.updated(self, index, value), "t[index] = value")


ITEMS: dict[str, Callable[..., Any]] = {"__getitem__": ops.getitem, "__setitem__": set_item}
INTERCHANGE: dict[str, Callable[..., Any]] = {
    "__array_namespace__": interchange.array_namespace,
    "__dlpack__": interchange.dlpack,
    "__dlpack_device__": interchange.dlpack_device,
    "to_device": interchange.to_device,
}


def comparison(function: Callable[..., Any]) -> Callable[..., Any]:
    """Elementwise comparison; what is neither Tensor nor number is left to Python (`t == None` is False)."""

    def compare(self: Tensor, other: Any) -> Any:
        if isinstance(other, (Tensor, list, tuple)) or type(other) in PLAIN or hasattr(other, "dtype"):
            return function(self, other)
        return NotImplemented

    return compare


def renamed(function: Callable[..., Any], names: dict[str, str]) -> Callable[..., Any]:
    """Accept other spellings {other: the function's own} of keywords."""

    @wraps(function)
    def method(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **_respelled(function, kwargs, names)) if kwargs else function(*args)

    return method


def _with_names(function: Callable[..., Any], spelling: str) -> Callable[..., Any]:
    own = list(inspect.signature(function).parameters)[1:]
    return renamed(function, {other: mine for other, mine in zip(spelling.split(), own) if other != mine})


def _respelled(function: Callable[..., Any], kwargs: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    for other, own in names.items():
        if other in kwargs:
            if own in kwargs:
                raise TypeError(f"{function.__name__}() got both {other!r} and {own!r}")
            kwargs[own] = kwargs.pop(other)
    return kwargs


def reduction(function: Callable[..., Any], empty_is_all: bool) -> Callable[..., Any]:
    """Accept PyTorch's `dim` and `keepdim` beside `axis` and `keepdims`, and its axes of 0-d tensors."""
    default = inspect.signature(function).parameters["axis"].default

    @wraps(function)
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not kwargs:  # the usual calls, quickly
            if not args and (default is None or self._data.ndim):
                return function(self)
            if len(args) == 1 and type(args[0]) is int and self._data.ndim:
                return function(self, args[0])
        kwargs = _respelled(function, kwargs, {"dim": "axis", "keepdim": "keepdims"})
        if empty_is_all:
            args = tuple(None if isinstance(a, (tuple, list)) and not a else a for a in args)
            if isinstance(kwargs.get("axis"), (tuple, list)) and not kwargs["axis"]:
                kwargs["axis"] = None
        return function(self, *args, **kwargs) if self.ndim else torch_methods.on_vector(function, self, args, kwargs)

    return method


def scalars_too(function: Callable[..., Any]) -> Callable[..., Any]:
    """Take a 0-d tensor for a vector of length 1 if there are arguments."""

    @wraps(function)
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        if self.ndim or not (args or kwargs):
            return function(self, *args, **kwargs)
        return torch_methods.on_vector(function, self, args, kwargs)

    return method


class Late:
    """A method of a family that is declared late: its first use puts the functions in the places of all of them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, tensor: Tensor | None, owner: type) -> Any:
        load()
        return getattr(owner if tensor is None else tensor, self.name)


def load() -> None:
    """Attach the methods of late families, and declare those."""
    from autograd import late_methods

    attach(late_methods.METHODS, late_methods.REDUCTIONS)


def attach(methods: dict[str, Callable[..., Any]], reductions: dict[str, Callable[..., Any]]) -> None:
    """Attach methods, and reductions that take `dim`/`keepdim` or `axis`/`keepdims`, with PyTorch's names of arguments.

    >>> import autograd
    >>> autograd.methods.attach({"cube": lambda self: self**3}, {})
    >>> autograd.tensor(2.0).cube()
    tensor(8.)
    >>> del autograd.Tensor.cube
    """
    methods = methods | {name: reduction(f, name in EMPTY_IS_ALL.split()) for name, f in reductions.items()}
    for name in methods.keys() & set(SCALARS_TOO.split()):
        methods[name] = scalars_too(methods[name])
    for spelling, spelled in NAMES.items():
        named = [name for name in spelled.split() if name in methods]
        wrapped = {methods[name]: _with_names(methods[name], spelling) for name in named}
        methods |= {name: wrapped[methods[name]] for name in named}
    for name, function in methods.items():
        setattr(Tensor, name, function)


def install() -> None:
    """Attach everything in the tables to Tensor."""
    for name, function in (OPERATORS | {"divmod": ops.divmod}).items():
        setattr(Tensor, f"__{name}__", function)
        setattr(Tensor, f"__r{name}__", reflected(function))
    for name, function in OPERATORS.items():
        setattr(Tensor, f"__i{name}__", in_place(function, _SYMBOLS[name]))
    for name, function in UNARY.items():
        setattr(Tensor, f"__{name}__", function)
    for name, function in COMPARISONS.items():
        setattr(Tensor, f"__{name}__", comparison(function))
    attach(METHODS | ITEMS | INTERCHANGE, REDUCTIONS)
    for name in LATE.split():
        setattr(Tensor, name, Late(name))
    for name, function in PROPERTIES.items():
        setattr(Tensor, name, property(function))
    ndarray_methods.install()
    protocols.METHODS.update(numpy_signatures.UFUNC_METHODS)
    protocols.install()


_SYMBOLS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "pow": "**",
    "matmul": "@",
    "floordiv": "//",
    "mod": "%",
    "and": "&",
    "or": "|",
    "xor": "^",
    "lshift": "<<",
    "rshift": ">>",
}
