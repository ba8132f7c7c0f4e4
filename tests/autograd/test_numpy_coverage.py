"""Every function of NumPy is differentiable, gives values without a gradient, or is refused; each claim is tried."""

import inspect
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck, protocols
from autograd.tree import flatten, unflatten
from scripts.numpy_table import classify, discover, text, without_gradient
from tests.autograd.numpy_examples import EXAMPLES, MUTATING

ROOT = Path(__file__).parents[2]
CLASSES = classify()
BY_NAME = {name: function for function, name in discover().items()}
DIFFERENTIABLE = sorted(n for n, kind in CLASSES.items() if kind == "differentiable" and n not in MUTATING)
CALLS = [
    pytest.param(name, *example, id=f"{name}-{k}")
    for name in DIFFERENTIABLE
    for k, example in enumerate(EXAMPLES.get(name, ()))
]


def test_numpy_has_no_function_that_the_tables_lack():
    assert {n for n, kind in CLASSES.items() if kind == "missing"} == set()


def test_the_tables_name_nothing_that_is_in_no_class():
    assert {n for n, kind in CLASSES.items() if n in without_gradient() and kind != "without gradient"} == set()
    assert not protocols.REFUSED.keys() & (protocols.FUNCTIONS.keys() | protocols.UFUNCS.keys())


def test_every_differentiable_function_has_an_example():
    assert set(DIFFERENTIABLE) - EXAMPLES.keys() == set()
    assert set(MUTATING) <= CLASSES.keys()


def test_the_documented_table_lists_them_all():
    documented = (ROOT / "docs" / "numpy.md").read_text("utf-8")
    assert [n for n in CLASSES if f"`np.{n}`" not in documented] == []


def parts(result):
    """The arrays of a result; those with complex numbers as two."""
    for leaf in flatten(result)[0]:
        if isinstance(leaf, (Tensor, np.ndarray, np.generic)) and leaf.dtype.kind == "c":
            yield from (np.real(leaf), np.imag(leaf))
        else:
            yield leaf


def of_arrays(function, args, kwargs):
    """The call as a function of the floating arrays in it, complex ones as two, and these."""
    leaves, structure = flatten((args, kwargs))
    varied = [i for i, x in enumerate(leaves) if isinstance(x, np.ndarray) and x.dtype.kind in "fc"]

    def of(*xs):
        filled, values = list(leaves), iter(xs)
        for i in varied:
            filled[i] = next(values)
            if leaves[i].dtype.kind == "c":
                filled[i] = filled[i] + 1j * next(values)
        new_args, new_kwargs = unflatten(structure, filled)
        return list(parts(function(*new_args, **new_kwargs)))

    return of, [x for i in varied for x in parts(leaves[i])]


def assert_same(ours, theirs):
    ours, theirs = list(parts(ours)), list(parts(theirs))
    assert len(ours) == len(theirs)
    for x, y in zip(ours, theirs, strict=True):
        x = x.detach().numpy() if isinstance(x, Tensor) else np.asarray(x)
        assert (x.shape, x.dtype) == (np.shape(y), np.asarray(y).dtype)
        np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name, args, kwargs", CALLS)
def test_differentiable_functions_give_numpys_values_and_right_derivatives_of_first_and_second_order(
    name, args, kwargs
):
    function, xs = of_arrays(BY_NAME[name], args, kwargs)
    assert_same(function(*map(autograd.tensor, xs)), function(*xs))
    results = function(*[autograd.tensor(x, requires_grad=True) for x in xs])
    assert any(isinstance(r, Tensor) and r.requires_grad for r in results)
    gradcheck(function, *xs, order=2)


@pytest.mark.parametrize("name, args, kwargs", CALLS)
def test_float32_stays_float32(name, args, kwargs):
    function, xs = of_arrays(BY_NAME[name], args, kwargs)
    xs = [x.astype(np.float32) for x in xs]
    leaves = [autograd.tensor(x, requires_grad=True) for x in xs]
    tracked = [r for r in function(*leaves) if isinstance(r, Tensor) and r.requires_grad]
    expected = {np.asarray(r).dtype for r in function(*xs)}  # which is float64 for some functions
    assert {r.dtype for r in tracked} <= {np.dtype(np.float32), *expected}
    gradients = autograd.gradients(sum(r.sum() for r in tracked), leaves, allow_unused=True)
    assert all(g is None or g.dtype == np.float32 for g in gradients)


@pytest.mark.parametrize("name, args, kwargs", CALLS)
def test_arguments_have_numpys_names(name, args, kwargs):
    try:
        signature = inspect.signature(BY_NAME[name])
    except ValueError:  # a function in C that does not tell its parameters
        pytest.skip("NumPy does not say")
    bound = signature.bind(*args, **kwargs)
    positional = [p.name for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)]
    if any(p in bound.arguments for p in positional):
        leading = bound.args[: len([p for p in positional if p in bound.arguments])]
        if inspect.Parameter.VAR_POSITIONAL in [p.kind for p in signature.parameters.values()]:
            pytest.skip("positional by nature")
    else:
        leading = ()
    named = {k: v for k, v in bound.arguments.items() if k not in positional and k != "kwargs"}
    named |= bound.arguments.get("kwargs", {})

    def function(*args, **kwargs):
        return BY_NAME[name](*args, **kwargs)

    by_name, xs = of_arrays(function, leading, named)
    try:
        by_name(*xs)
    except TypeError as error:
        if "positional-only" in str(error):  # NumPy takes back what its signature says
            return
        raise
    assert_same(by_name(*map(autograd.tensor, xs)), by_name(*xs))


MUTATIONS = [
    pytest.param(name, *example, id=f"{name}-{k}")
    for name, given in MUTATING.items()
    for k, example in enumerate(given)
]


@pytest.mark.parametrize("name, args, kwargs", MUTATIONS)
def test_functions_that_change_their_argument_update_a_tensor_as_an_assignment_does(name, args, kwargs):
    def after(target, *others, **options):
        changed = target.copy()
        assert BY_NAME[name](changed, *others, **options) is None
        return changed

    function, xs = of_arrays(after, args, kwargs)
    assert_same(function(*map(autograd.tensor, xs)), function(*xs))
    gradcheck(function, *xs, order=2)


@pytest.mark.parametrize("name", sorted(MUTATING.keys()))
def test_a_tensor_does_not_go_into_a_plain_array(name):
    args, kwargs = MUTATING[name][0]
    others = [
        autograd.tensor(v, requires_grad=True) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v
        for v in args[1:]
    ]
    with pytest.raises(TypeError, match=rf"np\.{name}.*autograd\.tensor|assign into a Tensor"):
        BY_NAME[name](args[0].copy(), *others, **kwargs)


def test_errors_of_functions_that_write():
    t = autograd.tensor(np.zeros((2, 3)))
    for call, message in [
        (lambda: np.copyto(t, 1j), "copyto: complex128 cannot be cast to float64 under casting='same_kind'"),
        (lambda: np.put(t, [0], []), "put: no values to write to 1 places"),
        (lambda: np.put(t, [0], 1.0, "last"), "put: mode must be 'raise', 'wrap' or 'clip', got 'last'"),
        (lambda: np.place(t, [True], [1.0]), r"place: a mask of shape \(1,\) for a tensor of shape \(2, 3\)"),
        (lambda: np.fill_diagonal(t[0], 1.0), r"at least 2 axes, got shape \(3,\)"),
        (lambda: np.fill_diagonal(t[None], 1.0), r"all must have one length, got shape \(1, 2, 3\)"),
    ]:
        with pytest.raises((TypeError, ValueError), match=message):
            call()
    leaf = autograd.tensor(np.zeros(3), requires_grad=True)
    with pytest.raises(RuntimeError, match=r"`np\.put\(t, \.\.\.\)` on a leaf that requires grad"):
        np.put(leaf, [0], 1.0)


@pytest.mark.parametrize("name", sorted(n for n, kind in CLASSES.items() if kind == "refused"))
def test_refusals_name_function_reason_and_way_out(name):
    function = BY_NAME[name]
    t = autograd.tensor([1.0, 2.0], requires_grad=True)
    count = function.nin if isinstance(function, np.ufunc) else 1
    args = ("file", t) if name.startswith("save") else (t,) * count
    if name in ("busday_count", "busday_offset"):
        args = (t, t)
    with pytest.raises(TypeError, match=rf"np\.{name}: it .*(write|keep)"):
        function(*args)


@pytest.mark.parametrize("function", [np.strings.upper, np.char.capitalize, np.strings.isalpha])
def test_functions_of_strings_are_refused(function):
    if np.lib.NumpyVersion(np.__version__) < "2.3.0":
        pytest.skip("this version of NumPy does not say where a ufunc belongs, and lets no one take over the others")
    with pytest.raises(TypeError, match="it works on strings, and a tensor holds numbers"):
        function(autograd.tensor([1.0]))


def test_the_table_can_be_written():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "## Differentiable" in text()
