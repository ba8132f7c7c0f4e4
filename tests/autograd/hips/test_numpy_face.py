"""`import autograd.numpy as np`: NumPy's names, plain arrays out, lists of traced values in."""

import numpy as onp
import pytest

import autograd
import autograd.numpy as np
import autograd.numpy.random as npr
from autograd import grad, jacobian
from autograd.test_util import check_grads


def test_every_name_of_numpy_is_there():
    missing = [n for n in dir(onp) if not n.startswith("_") and not hasattr(np, n)]
    assert not missing
    assert np.pi == onp.pi
    assert np.float64 is onp.float64
    assert np.linalg.solve is not None
    assert np.fft.fft is not None
    assert npr.randn is onp.random.randn
    assert np.__version__ == onp.__version__
    with pytest.raises(AttributeError, match="no_such_function"):
        np.no_such_function  # noqa: B018


def test_plain_arrays_in_give_plain_arrays_out():
    for value in (np.sin(np.ones(2)), np.array([1.0, 2.0]), np.concatenate([[1.0], [2.0]]), np.full(3, 2.0)):
        assert type(value) is onp.ndarray
    assert type(np.sum([1.0, 2.0])) is onp.float64


@pytest.mark.parametrize(
    "fun",
    [
        lambda x: np.array([x, [x[0] * 2, 1.0, x[1]]]),
        lambda x: np.array([[x[0], 1.0], [2.0, x[1]]]),
        lambda x: np.asarray([x[0], x[1] ** 2]),
        lambda x: np.array(x, ndmin=3),
        lambda x: np.sum([x[0], x[1] ** 2, 3.0]),
        lambda x: np.dot([x[0], x[1]], [1.0, x[2]]),
        lambda x: np.concatenate([[x[0], 1.0], x]),
        lambda x: np.stack([x, x**2]),
        lambda x: np.linalg.norm([x[0], x[1] + 2]),
        lambda x: np.full((2, 2), x[0]),
        lambda x: np.full(2, x[1], np.float64),
        lambda x: np.r_[x, 1.0, x[0]],
        lambda x: np.r_[x, 0:2],
        lambda x: np.c_[x, x**2],
        lambda x: np.r_["-1,2,0", x, x],
        lambda x: np.where(x > 0.5, x**2, [1.0, 2.0, 3.0]),
        lambda x: np.make_diagonal(x, axis1=-1, axis2=-2),
        lambda x: x[np.int64(x * 0)],
    ],
)
def test_lists_of_traced_values(fun):
    x = np.array([0.3, 0.8, 1.7])
    check_grads(fun, modes=["fwd", "rev"], order=2)(x)
    with_arrays = jacobian(fun)(x)
    assert type(with_arrays) is onp.ndarray


@pytest.mark.parametrize("key", ["x, 1.0, x", "x, 2:5", "x[0]", "x, x[0], [1.0, 2.0]"])
@pytest.mark.parametrize("index", ["r_", "c_"])
def test_concatenators_agree_with_numpy(index, key):
    if index == "c_" and key != "x[0]":
        key = "x, x**2, [1.0, 2.0, 3.0]"
    values = {"x": onp.array([1.0, 2.0, 3.0])}
    want = eval(f"np.{index}[{key}]", {"np": onp}, values)
    got = []

    def fun(x):
        got.append(eval(f"np.{index}[{key}]", {"np": np}, {"x": x}))
        return np.sum(got[0])

    grad(fun)(values["x"])
    onp.testing.assert_array_equal(got[0].data, want)


def test_where_of_python_values_stays_python():
    assert np.where(True, 1, 2) == 1
    assert type(np.where(True, 1, 2)) is int
    assert np.where(False, [1, 2], [3, 4]) == [3, 4]
    assert np.where([True, False])[0].tolist() == [0]


def test_integer_types_convert_traced_values_to_constants():
    def fun(x):
        index = np.int64(x[:, -1])
        assert isinstance(index, onp.ndarray)
        assert index.dtype == np.int64
        return np.sum(x[index])

    assert grad(fun)(np.array([[0.5, 1.0], [0.25, 0.0]])).tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert isinstance(onp.int64(3), np.int64)
    assert np.dtype(np.int64) == onp.int64


def test_names_of_the_top_level():
    for name in ("make_vjp", "make_jvp", "make_hvp", "make_ggnvp", "deriv", "grad_named", "multigrad_dict", "tuple"):
        assert hasattr(autograd, name)
        assert name not in autograd.__all__
    scope: dict = {}
    exec("from autograd import *", scope)
    assert scope["__builtins__"]["list"] is list
    assert "list" not in scope
