"""The Python array API standard: names, signatures, dtypes, special values, and the exchange of arrays."""

import builtins
import inspect
import math
import operator

import array_api_strict as strict
import numpy as np
import pytest

import autograd as xp

strict.set_array_api_strict_flags(api_version="2024.12")
OWN = {
    "ArrayAPIStrictFlags",
    "Device",
    "__array_api_version__",
    "__version__",
    "get_array_api_strict_flags",
    "reset_array_api_strict_flags",
    "set_array_api_strict_flags",
    *("broadcast_shapes", "isin"),  # of a later standard
}
"""Names that array-api-strict has of its own."""


def standard():
    """Every name of the standard and its extensions, with what array-api-strict has for it."""
    for module in ("", "linalg.", "fft."):
        namespace = getattr(strict, module[:-1]) if module else strict
        for name in namespace.__all__:
            if name not in OWN and not inspect.ismodule(getattr(namespace, name)):
                yield f"{module}{name}", getattr(namespace, name)


STANDARD = dict(standard())
FUNCTIONS = sorted(n for n, f in STANDARD.items() if inspect.isfunction(f))
METHODS = sorted(
    n
    for n, f in vars(strict._array_object.Array).items()
    if inspect.isfunction(f)
    and (n[:1] != "_" or n[:2] == "__")
    and n not in {"__new__", "__array__", "__buffer__", "to_device"}
)


def ours(name):
    found = xp
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", sorted(STANDARD))
def test_every_name_is_there(name):
    ours(name)


def fits(signature, wanted):
    """Whether what the standard allows to call with works."""
    mine = list(signature.parameters.values())
    for place, p in enumerate(wanted):
        if p.kind is p.KEYWORD_ONLY:
            mine_too = signature.parameters.get(p.name)
            assert mine_too is not None, f"no keyword {p.name}"
            assert mine_too.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)
        else:
            other = mine[place]
            if p.kind is p.POSITIONAL_OR_KEYWORD:
                assert (other.name, other.kind) == (p.name, p.kind)
            elif p.kind is p.VAR_POSITIONAL:
                assert other.kind is p.kind
            else:
                assert other.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        if p.default is not p.empty:
            assert signature.parameters[p.name].default is not p.empty if p.name in signature.parameters else True
    required = [p.name for p in mine if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    assert len(required) <= len(wanted)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_signatures(name):
    fits(inspect.signature(ours(name)), inspect.signature(STANDARD[name]).parameters.values())


@pytest.mark.parametrize("name", METHODS)
def test_signatures_of_methods(name):
    wanted = list(inspect.signature(getattr(strict._array_object.Array, name)).parameters.values())[1:]
    fits(inspect.signature(getattr(xp.ones(()), name)), wanted)


def test_the_namespace():
    t = xp.ones(2)
    assert t.__array_namespace__() is xp
    assert t.__array_namespace__(api_version="2024.12") is xp
    assert xp.__array_api_version__ == "2024.12"
    with pytest.raises(ValueError, match=r"api_version '1999\.01' is not among 2021\.12"):
        t.__array_namespace__(api_version="1999.01")


def test_import_star_leaves_builtins_and_short_names_alone():
    names = {}
    exec("from autograd import *", names)
    assert not {"bool", "e", "pi", "inf", "nan", "int8", "finfo"} & set(names)
    assert {"asarray", "from_dlpack", "zeros"} <= set(names)
    assert xp.bool == np.bool_
    assert {"bool", "float32", "pi"} <= set(dir(xp))


# --- dtypes -----------------------------------------------------------------------------------------------------------


def test_info():
    info = xp.__array_namespace_info__()
    assert info.devices() == [info.default_device()] == ["cpu"]
    assert info.capabilities() == {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}
    assert info.default_dtypes(device="cpu") == {
        "real floating": xp.float32,
        "complex floating": xp.complex64,
        "integral": xp.int64,
        "indexing": xp.int64,
    }
    assert set(info.dtypes()) == {n for n, v in STANDARD.items() if isinstance(v, strict._dtypes.DType)}
    assert set(info.dtypes(kind=("bool", "unsigned integer"))) == {"bool", "uint8", "uint16", "uint32", "uint64"}
    assert all(d == getattr(xp, n) for n, d in info.dtypes().items())
    with pytest.raises(ValueError, match="'float' is no kind of dtype"):
        info.dtypes(kind="float")
    with pytest.raises(ValueError, match="device must be 'cpu' or None, got 'cuda'"):
        info.dtypes(device="cuda")


def test_info_follows_the_default_dtype():
    xp.set_default_dtype("float64")
    try:
        defaults = xp.__array_namespace_info__().default_dtypes()
        assert (defaults["real floating"], defaults["complex floating"]) == (xp.float64, xp.complex128)
        assert xp.asarray(1j).dtype == xp.complex128
    finally:
        xp.set_default_dtype("float32")


@pytest.mark.parametrize("name", ["float32", "float64", "complex64", "complex128"])
def test_finfo(name):
    limits, want = xp.finfo(getattr(xp, name)), np.finfo(name)
    assert type(limits.bits) is int
    for field in ("eps", "max", "min", "smallest_normal"):
        assert type(getattr(limits, field)) is float
        assert getattr(limits, field) == getattr(want, field)
    assert limits.dtype == name.replace("complex64", "float32").replace("complex128", "float64")
    assert xp.finfo(xp.ones(1, dtype=name)) == limits
    with pytest.raises(TypeError, match="integers have iinfo"):
        xp.finfo(xp.int8)


@pytest.mark.parametrize("name", ["int8", "uint64"])
def test_iinfo(name):
    limits, want = xp.iinfo(getattr(xp, name)), np.iinfo(name)
    assert (limits.bits, limits.min, limits.max, limits.dtype) == (want.bits, want.min, want.max, want.dtype)
    with pytest.raises(TypeError, match="floating dtypes have finfo"):
        xp.iinfo("float32")


def test_isdtype_agrees():
    dtypes = xp.__array_namespace_info__().dtypes()
    kinds = ["bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating", "numeric"]
    for name, dtype in dtypes.items():
        for kind in [*kinds, ("bool", "integral")]:
            assert xp.isdtype(dtype, kind) is strict.isdtype(getattr(strict, name), kind)
        assert [n for n in dtypes if xp.isdtype(dtype, dtypes[n])] == [name]
    with pytest.raises(ValueError, match="'float' is no kind of dtype"):
        xp.isdtype(xp.float32, "float")


def test_can_cast_and_result_type_agree():
    dtypes = xp.__array_namespace_info__().dtypes()
    for a in dtypes:
        for b in dtypes:
            answer = xp.can_cast(xp.ones(1, dtype=a), dtypes[b])
            assert type(answer) is builtins.bool
            assert answer or not strict.can_cast(getattr(strict, a), getattr(strict, b))
            try:
                want = strict.result_type(getattr(strict, a), getattr(strict, b))
            except TypeError:
                continue
            assert xp.result_type(dtypes[a], xp.ones((), dtype=b)).name == want._np_dtype.name
    assert xp.result_type(xp.float32, 1.0, 2) == xp.float32
    assert xp.result_type(xp.float32, 1j) == xp.complex64
    with pytest.raises(ValueError, match="at least one array or dtype"):
        xp.result_type(1, 2.0)


# --- creation ---------------------------------------------------------------------------------------------------------


def test_default_dtypes_of_creation():
    for made in (xp.zeros(2), xp.ones((2, 1)), xp.empty(shape=(2,)), xp.eye(2), xp.linspace(0, 1, 3), xp.full(2, 1.0)):
        assert made.dtype == xp.float32
    assert xp.linspace(0, 1j, 3).dtype == xp.full(2, 1j).dtype == xp.asarray(1j).dtype == xp.complex64
    assert xp.arange(3).dtype == xp.full(2, 1).dtype == xp.asarray([1, 2]).dtype == xp.int64
    assert xp.arange(3.0).dtype == xp.asarray([1, 2.0]).dtype == xp.float32
    assert xp.full(2, True).dtype == xp.asarray([[True]]).dtype == xp.bool
    for name, dtype in xp.__array_namespace_info__().dtypes().items():
        for make in (xp.zeros, xp.ones, xp.empty):
            assert make((2, 0), dtype=dtype, device="cpu").dtype == name
        like = xp.zeros((), dtype=dtype)
        assert xp.zeros_like(like).dtype == xp.ones_like(like).dtype == xp.full_like(like, True).dtype == name
        assert xp.ones_like(xp.zeros(3), dtype=dtype).dtype == name


def test_arange_does_not_add_up_rounding_errors():
    x = xp.arange(0.0, 1000.0, 0.1)
    np.testing.assert_array_equal(x.numpy(), np.arange(0.0, 1000.0, 0.1).astype("float32"))
    np.testing.assert_array_equal(xp.arange(5, 0, -2).numpy(), [5, 3, 1])


@pytest.mark.parametrize("make", [xp.zeros, xp.ones, xp.empty, xp.eye, xp.arange, xp.asarray])
def test_creation_keeps_to_the_cpu_and_may_require_grad(make):
    assert make(2, dtype="float64", device="cpu", requires_grad=True).requires_grad
    with pytest.raises(ValueError, match=f"{make.__name__}: device must be 'cpu' or None, got 'cuda'"):
        make(2, device="cuda")


def test_like_another():
    t = xp.ones(2, requires_grad=True)
    assert not xp.zeros_like(t).requires_grad
    assert xp.zeros_like(t, requires_grad=True, device="cpu").requires_grad
    assert isinstance(xp.ones_like(np.ones(2)), np.ndarray)
    with pytest.raises(ValueError, match="full_like: device must be"):
        xp.full_like(t, 1.0, device="cuda")


def test_asarray_shares_and_copies():
    a = np.arange(3.0)
    t = xp.asarray(a)
    assert (t.dtype, np.shares_memory(t.data, a)) == (xp.float64, True)
    assert not np.shares_memory(xp.asarray(a, copy=True).data, a)
    assert np.shares_memory(xp.asarray(a, copy=False).data, a)
    assert xp.asarray(t) is t
    assert xp.asarray(t, copy=True) is not t
    for obj, dtype in ((a, "float32"), ([1.0], None), (1.0, None)):
        with pytest.raises(ValueError, match="copy=False, but a copy is needed"):
            xp.asarray(obj, dtype=dtype, copy=False)


def test_reshape_without_a_copy():
    t = xp.ones((2, 3))
    assert np.shares_memory(xp.reshape(t, (3, 2), copy=False).data, t.data)
    assert not np.shares_memory(xp.reshape(t, (3, 2), copy=True).data, t.data)
    with pytest.raises(ValueError, match=r"reshape: copy=False, but elements of shape \(3, 2\)"):
        xp.reshape(t.T, (6,), copy=False)


def test_asarray_stays_in_the_graph():
    x = xp.ones(2, requires_grad=True)
    y = xp.sum(xp.asarray([[x[0], 2.0], [x[1], x[0]]], dtype="float64") ** 2) + xp.sum(xp.asarray(x, copy=True))
    y.backward()
    np.testing.assert_array_equal(x.grad.numpy(), [5, 3])


# --- exchange ---------------------------------------------------------------------------------------------------------


def test_device():
    t = xp.ones(2)
    assert t.device == "cpu"
    assert t.to_device("cpu") is t
    with pytest.raises(ValueError, match="to_device: device must be 'cpu'"):
        t.to_device("cuda:0")
    with pytest.raises(ValueError, match="stream must be None"):
        t.to_device("cpu", stream=1)


@pytest.mark.parametrize("name", sorted(xp.__array_namespace_info__().dtypes()))
@pytest.mark.parametrize("shape", [(), (0, 2), (2, 3)])
def test_dlpack(name, shape):
    t = xp.ones(shape, dtype=name)
    assert t.__dlpack_device__() == (1, 0)
    for copy in (None, True, False):
        back = xp.from_dlpack(t, copy=copy, device="cpu")
        assert isinstance(back, xp.Tensor)
        assert (back.dtype, back.shape) == (t.dtype, t.shape)
        np.testing.assert_array_equal(back.numpy(), t.numpy())
        if t.size:
            assert np.shares_memory(back.data, t.data) is not (copy is True)
    t.__dlpack__(max_version=(1, 0), dl_device=(1, 0), copy=True)


def test_dlpack_with_numpy():
    t = xp.from_dlpack(np.arange(3.0)[::-1])
    np.testing.assert_array_equal(t.numpy(), [2, 1, 0])
    np.testing.assert_array_equal(np.from_dlpack(t.T), [2, 1, 0])


def test_dlpack_refuses_to_lose_a_gradient():
    t = xp.ones(2, requires_grad=True)
    with pytest.raises(BufferError, match=r"the gradient would be lost; use t\.detach"):
        xp.from_dlpack(t)
    assert xp.from_dlpack(t.detach()).shape == (2,)


def test_dlpack_of_what_must_not_be_written_to():
    t = xp.broadcast_to(xp.ones(1), (3,))
    t.__dlpack__()
    with pytest.raises(BufferError):
        t.__dlpack__(copy=False)
    assert np.from_dlpack(t).tolist() == [1, 1, 1]


def test_numbers_out():
    assert operator.index(xp.asarray(3)) == 3
    assert (int(xp.asarray(2.7)), float(xp.asarray(2)), complex(xp.asarray(1.5)), builtins.bool(xp.asarray(0))) == (
        2,
        2.0,
        1.5 + 0j,
        False,
    )
    for convert in (int, float, operator.index):
        with pytest.raises(TypeError, match=r"complex|integer"):
            convert(xp.asarray(1j))
    with pytest.raises(TypeError, match="integer"):
        operator.index(xp.asarray(1.0))
    assert math.isnan(float(xp.asarray(float("nan"))))
    with pytest.raises(OverflowError, match="infinity"):
        int(xp.asarray(float("inf")))


# --- arrays stay arrays, integers do not trouble ----------------------------------------------------------------------


PLAIN = "add abs sum where unique_all sort take nonzero cumulative_sum linalg.inv"


@pytest.mark.parametrize("name", PLAIN.split())
def test_arrays_in_arrays_out(name):
    a = np.eye(2)
    args = {"add": (a, a), "where": (a > 0, a, a), "take": (a[0], np.arange(1)), "cumulative_sum": (a[0],)}
    result = ours(name)(*args.get(name, (a,)))
    for x in result if isinstance(result, tuple) else (result,):
        assert not isinstance(x, xp.Tensor)
