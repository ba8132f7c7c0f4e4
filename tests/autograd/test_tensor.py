import copy
import math
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Tensor, protocols, tensor
from autograd.ops import load_all


def leaf(data=(1.0, 2.0, 3.0), **options):
    return tensor(np.array(data), requires_grad=True, **options)


# --- making one


def test_python_values_take_the_default_dtype_and_arrays_keep_theirs():
    assert tensor(1.0).dtype == tensor([1.0, 2]).dtype == np.float32
    assert tensor(1).dtype == np.int64
    assert tensor(True).dtype == np.bool_
    assert tensor(np.float64(1.0)).dtype == np.float64
    assert tensor(np.ones(2, np.float16)).dtype == np.float16
    assert tensor([np.ones(2), np.zeros(2)]).dtype == np.float64
    assert tensor(1.0, dtype="float64").dtype == np.float64
    ag.set_default_dtype("float64")
    try:
        assert tensor([1.0]).dtype == np.float64
    finally:
        ag.set_default_dtype("float32")
    with pytest.raises(TypeError, match="wants a floating dtype"):
        ag.set_default_dtype(int)


def test_data_are_copied():
    array = np.ones(2)
    t = tensor(array)
    array[0] = 5
    assert t.data.tolist() == [1.0, 1.0]
    assert not np.shares_memory(tensor(t).data, t.data)


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="cannot make a tensor of 'str': wanted numbers"):
        tensor("text")
    with pytest.raises(TypeError, match="only floating-point tensors can require grad, got dtype int64; write 3"):
        tensor(3, requires_grad=True)


# --- what it tells


def test_attributes():
    t = leaf(np.zeros((2, 3)), name="w")
    assert (t.shape, t.ndim, t.size, t.dtype, t.nbytes, len(t)) == ((2, 3), 2, 6, np.float64, 48, 2)
    assert t.T.shape == t.mT.shape == (3, 2)
    assert (t.name, t.is_leaf, t.requires_grad, t.grad) == ("w", True, True, None)
    y = t * 2
    assert (y.name, y.is_leaf, y.requires_grad) == (None, False, True)


def test_repr_shows_values_and_how_it_was_made():
    assert repr(tensor([1.0, 2.5])) == "tensor([1. , 2.5])"
    assert repr(tensor(1)) == "tensor(1)"
    assert repr(leaf([1.0], name="w")) == "tensor([1.], dtype=float64, requires_grad=True, name='w')"
    assert repr(np.exp(tensor([0.0], requires_grad=True))) == "tensor([1.], made by exp)"
    assert f"{tensor(1.25):.1f}" == "1.2"
    assert f"{tensor([1.0])}" == "tensor([1.])"


def test_values_out():
    t = tensor([[1.0, 2.0]])
    assert t.tolist() == [[1.0, 2.0]]
    assert t[0, 1].item() == 2.0
    assert np.shares_memory(t.numpy(), t.data)
    assert np.asarray(t).dtype == np.float32
    assert float(t[0, 0]) == 1.0
    assert int(tensor(3.7)) == 3
    assert [10, 20, 30][tensor(1)] == 20
    with pytest.raises(ValueError, match=r"item\(\) wants a tensor of one element, got shape \(1, 2\)"):
        t.item()
    with pytest.raises(ValueError, match=r"truth value of a tensor of shape \(1, 2\) is ambiguous"):
        bool(t)
    assert bool(tensor(1.0))


def test_leaving_the_graph_by_accident_is_refused():
    t = leaf()
    with pytest.raises(RuntimeError, match=r"use t\.detach\(\)\.numpy\(\)"):
        t.numpy()
    with pytest.raises(TypeError, match=r"cannot become a plain array.*t\.detach\(\).*autograd\.stack"):
        np.asarray(t)
    with pytest.raises(TypeError, match="cannot become a plain array"):
        np.array([t, t])
    assert t.detach().numpy().tolist() == [1.0, 2.0, 3.0]
    assert np.shares_memory(t.detach().data, t.data)


def test_iteration():
    t = leaf([[1.0, 2.0], [3.0, 4.0]])
    a, b = t
    (a * b).sum().backward()
    np.testing.assert_array_equal(t.grad.data, [[3, 4], [1, 2]])
    for failing in (iter, len):
        with pytest.raises(TypeError, match="0-d tensor"):
            failing(tensor(1.0))


def test_equality_is_elementwise_and_hashing_by_identity():
    t, u = tensor([1.0, 2.0]), tensor([1.0, 3.0])
    assert (t == u).tolist() == [True, False]
    assert (t != 1).tolist() == [False, True]
    assert len({t, u, t}) == 2
    assert (t == None) is False  # noqa: E711
    assert (t < u).dtype == np.bool_
    assert not (leaf() > 1).requires_grad


# --- what can be set


def test_requires_grad_can_be_switched_on_leaves_only():
    t = tensor([1.0])
    assert t.requires_grad_() is t
    y = t * 2
    with pytest.raises(RuntimeError, match="can be switched off for leaves only; use detach"):
        y.requires_grad_(False)
    t.requires_grad = False
    assert not t.requires_grad
    with pytest.raises(TypeError, match="only floating-point"):
        tensor(1).requires_grad_()


def test_data_can_be_assigned_on_leaves():
    t = tensor([1.0, 2.0], requires_grad=True)
    t.data = [3, 4]
    assert t.data.dtype == np.float32
    with pytest.raises(ValueError, match=r"data of shape \(1,\) assigned to a tensor of shape \(2,\)"):
        t.data = [1.0]
    with pytest.raises(RuntimeError, match="only a leaf's data can be assigned"):
        (t * 2).data = [1.0, 2.0]


def test_grad_can_be_assigned_if_it_fits():
    t = leaf()
    t.grad = tensor(np.ones(3))
    t.sum().backward()
    assert t.grad.tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(TypeError, match="grad must be a Tensor or None, got ndarray"):
        t.grad = np.ones(3)
    with pytest.raises(ValueError, match=r"grad of shape \(2,\) and dtype float64"):
        t.grad = tensor(np.ones(2))
    with pytest.raises(ValueError, match="dtype float32"):
        t.grad = tensor(np.ones(3, np.float32))


def test_zero_():
    t = tensor([1.0, 2.0])
    assert t.zero_() is t
    assert t.tolist() == [0.0, 0.0]
    with pytest.raises(RuntimeError, match=r"zero_\(\) on a tensor that requires grad"):
        leaf().zero_()


# --- copies


@pytest.mark.parametrize("twin_of", [copy.deepcopy, copy.copy, lambda t: pickle.loads(pickle.dumps(t))])  # noqa: S301
def test_leaves_can_be_copied_and_pickled(twin_of):
    t = leaf(name="w")
    (t * t).sum().backward()
    twin = twin_of(t)
    assert (twin.name, twin.requires_grad, twin.is_leaf, twin.dtype) == ("w", True, True, t.dtype)
    assert twin.tolist() == t.tolist()
    assert not np.shares_memory(twin.data, t.data)
    twin.grad = None
    (twin * 3).sum().backward()
    assert twin.grad.tolist() == [3.0, 3.0, 3.0]
    assert t.grad.tolist() == [2.0, 4.0, 6.0]


def test_a_copy_keeps_identity_inside_one_structure():
    t = leaf()
    a, b = copy.deepcopy([t, t])
    assert a is b


def test_results_belong_to_their_graph():
    y = leaf() * 2
    with pytest.raises(RuntimeError, match=r"only leaves can be copied.*t\.detach\(\)"):
        copy.deepcopy(y)
    with pytest.raises(RuntimeError, match=r"only leaves can be pickled.*t\.detach\(\)"):
        pickle.dumps(y)


# --- dtypes of results


def test_promotion_is_numpys_with_weak_python_numbers():
    f4, f8 = tensor(np.ones(2, np.float32)), tensor(np.ones(2))
    assert (f4 * 2.0).dtype == (2 * f4).dtype == (f4 + True).dtype == np.float32
    assert (f4 * f8).dtype == (f4 * np.ones(2)).dtype == np.float64
    assert (tensor([1, 2]) * 2.5).dtype == np.float64
    assert (tensor([1, 2]) / 2).dtype == np.float64
    assert (f4 * np.float32(2)).dtype == np.float32
    assert (tensor(np.float16(2)) * 1.5).dtype == np.float16


# --- NumPy's protocols


def test_numpy_functions_and_operators_give_tensors_in_every_order():
    t = leaf()
    array = np.array([3.0, 4.0, 5.0])
    for result in (
        np.exp(t),
        array + t,
        array @ t,
        t @ array,
        np.add(array, t),
        np.add.reduce(t),
        np.stack([t, array]),
    ):
        assert isinstance(result, Tensor)
        assert result.requires_grad
    assert (array @ t).item() == 26.0
    np.testing.assert_allclose((np.float64(2.0) * t).data, [2, 4, 6])
    assert np.shape(t) == (3,)
    np.testing.assert_allclose(np.multiply.outer(array, t).data, np.multiply.outer(array, t.data))


def test_out_and_where_are_refused():
    t, target = leaf(), np.zeros(3)
    with pytest.raises(TypeError, match=r"np\.exp\(\.\.\., out=\.\.\.\) would overwrite values.*write `t = np\.exp"):
        np.exp(t, out=target)
    with pytest.raises(TypeError, match=r"np\.add\(\.\.\., out=\.\.\.\)"):
        target += t
    with pytest.raises(TypeError, match=r"np\.exp\(\.\.\., where=\.\.\.\) is not supported.*autograd\.where"):
        np.exp(t, where=np.array([True, False, True]))
    with pytest.raises(TypeError, match="out"):
        np.concatenate([t, t], out=np.zeros(6))
    assert np.exp(t, where=True, dtype=np.float32).dtype == np.float32


def test_a_numpy_function_without_a_rule_raises_by_name(monkeypatch):
    t = leaf()
    load_all()
    monkeypatch.delitem(protocols.FUNCTIONS, np.linalg.eigvals)
    with pytest.raises(
        TypeError, match=r"np\.linalg\.eigvals has no derivative rule here; use t\.detach\(\).*primitive"
    ):
        np.linalg.eigvals(t)
    unknown = np.frompyfunc(lambda x, y: x, 2, 1)
    with pytest.raises(TypeError, match=r"has no derivative rule"):
        unknown(t, t)
    with pytest.raises(TypeError, match=r"\.at has no derivative rule"):
        unknown.at(t, 0, t)


def test_assigning_into_a_plain_array_names_the_fix():
    t, array = leaf(), np.zeros(3)
    with pytest.raises(TypeError, match="a Tensor"):
        array[0:2] = t[:2]
    with pytest.raises((TypeError, ValueError)) as caught:
        array[0] = t[0]
    text = f"{caught.value} {caught.value.__cause__}"
    assert "store into a Tensor" in text
    array[0] = t[0].detach()


def test_float_gives_the_bare_number_as_in_pytorch():
    t = leaf()[0]
    assert float(t) == t.item()
    assert complex(t) == t.item()
    assert math.sin(t) == math.sin(t.item())


def test_complex_constants_may_meet_real_tensors():
    for call in (lambda t: t * 1j, lambda t: 1j + t, lambda t: t / np.ones(3, complex)):
        x = leaf()
        (d,) = ag.gradients(call(x).abs().sum(), x)
        assert d.dtype == x.dtype
    assert (leaf().detach() * 1j).dtype.kind == "c"


def test_an_unknown_operand_is_left_to_python():
    class Other:
        def __radd__(self, other):
            return "mine"

        __array_ufunc__ = None

    assert np.float64(1.0) + Other() == "mine"
    with pytest.raises(TypeError, match=r"unsupported operand|cannot make a tensor of 'str'"):
        leaf() + "text"


def test_repr_of_an_empty_tensor_says_its_shape():
    assert repr(ag.zeros(2, 0)) == "tensor([], shape=(2, 0))"
    assert repr(ag.zeros(0)) == "tensor([])"


@pytest.mark.parametrize("target", [np.float64, "float64", np.dtype("float64"), np.float64(1), np.zeros(1)])
def test_to_takes_dtypes_and_what_has_one(target):
    assert tensor([1.0]).to(target).dtype == np.float64


def test_in_looks_at_every_element():
    t = tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert 3.0 in t
    assert t[0, 1] in t
    assert 5 not in t
    assert np.array([3.0, 0.0]) in t, "it broadcasts, as NumPy's does"


@pytest.mark.parametrize(
    "use", [lambda t, m: t * m, lambda t, m: m * t, lambda t, m: np.ma.add(t, m), lambda t, m: ag.tensor(m)]
)
def test_masked_arrays_are_refused(use):
    masked = np.ma.masked_array([1.0, 2.0], [True, False])
    with pytest.raises(TypeError, match=r"mask would be lost; use autograd\.where"):
        use(ag.tensor([1.0, 2.0], requires_grad=True), masked)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_lists_take_the_precision_of_the_operand_beside_them(dtype):
    t, numbers = tensor(np.array([1.0, 2.0], dtype)), [0.1, 0.3]
    for result in (t * numbers, numbers * t, ag.add(numbers, t), ag.concat([t, numbers])):
        assert result.dtype == dtype
    np.testing.assert_array_equal((t * numbers).data, np.array([1.0, 2.0], dtype) * np.array(numbers, dtype))
