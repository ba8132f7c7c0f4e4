"""Methods of Tensor in PyTorch's ways: names of arguments, axes of 0-d tensors, no axes, errors."""

import inspect

import numpy as np
import pytest

import autograd
from autograd import late_methods, methods, tensor

X = np.arange(6.0).reshape(2, 3)
T = tensor(X, requires_grad=True)
SCALAR = tensor(3.0, requires_grad=True)


def value(result):
    return result.detach().numpy()


@pytest.mark.parametrize(
    "by_name, expected",
    [
        (T.mul(other=2.0), X * 2),
        (T.pow(exponent=2), X**2),
        (T.clamp_min(min=1.0), X.clip(1)),
        (T.mm(mat2=T.T), X @ X.T),
        (T.tril(diagonal=-1), np.tril(X, -1)),
        (T.rot90(k=1, dims=(1, 0)), np.rot90(X, 1, (1, 0))),
        (T.swapaxes(axis0=0, axis1=1), X.T),
        (T.transpose(dim0=0, dim1=1), X.T),
        (T.permute(dims=(1, 0)), X.T),
        (T.view(size=(3, 2)), X.reshape(3, 2)),
        (T.expand(size=(4, -1, 3)), np.broadcast_to(X, (4, 2, 3))),
        (T.repeat(repeats=(1, 2)), np.tile(X, (1, 2))),
        (T.flip(dims=0), X[::-1]),
        (T.tensor_split(indices_or_sections=2, dim=1)[0], X[:, :2]),
        (T.tensor_split(sections=2)[0], X[:1]),
        (T.hsplit(indices=[1])[1], X[:, 1:]),
        (T.chunk(chunks=2, dim=0)[1], X[1:]),
        (T.max(other=2.0 * T), np.maximum(X, 2 * X)),
        (T.sum(dim=1, keepdim=True), X.sum(1, keepdims=True)),
        (T.sum(axis=1, keepdims=True), X.sum(1, keepdims=True)),
        (T.scatter(dim=0, index=[[1]], value=9.0), [[0, 1, 2], [9, 4, 5]]),
    ],
)
def test_names_of_arguments(by_name, expected):
    np.testing.assert_allclose(value(by_name), expected)


def test_two_spellings_at_once_and_unknown_names_are_refused():
    with pytest.raises(TypeError, match=r"sum.* got both 'dim' and 'axis'"):
        T.sum(dim=0, axis=1)
    with pytest.raises(TypeError, match=r"multiply.* unexpected keyword argument 'others'"):
        T.mul(others=2)
    with pytest.raises(TypeError, match=r"reshape\(\) wants integers or one tuple shape=, got \(\) and {'sizes'"):
        T.reshape(sizes=(3, 2))


@pytest.mark.parametrize("name", sorted(methods.NAMES))
def test_the_table_of_names_fits_the_functions(name):
    for method in methods.NAMES[name].split():
        own = list(inspect.signature((methods.METHODS | late_methods.METHODS)[method]).parameters)[1:]
        assert len(name.split()) <= len(own), method


@pytest.mark.parametrize("name", methods.EMPTY_IS_ALL.split())
def test_no_axes_are_all_axes(name):
    np.testing.assert_array_equal(getattr(T, name)(dim=()).tolist(), getattr(T, name)().tolist())


@pytest.mark.parametrize(
    "call",
    [
        *(lambda t, n=n: getattr(t, n)(0) for n in ("sum", "mean", "amax", "prod", "logsumexp", "cumsum", "cumprod")),
        lambda t: t.max(0).values,
        lambda t: t.min(-1).values,
        lambda t: t.sort().values,
        lambda t: t.sort(0, descending=True)[0],
        lambda t: t.topk(1).values,
        lambda t: t.norm(2, 0),
        lambda t: t.flip(0),
        lambda t: t.squeeze(0),
        lambda t: t.transpose(0, -1),
        lambda t: t.index_select(0, [0]),
        lambda t: t.gather(0, tensor(0)),
        lambda t: t.movedim(0, 0),
    ],
)
def test_a_0d_tensor_has_an_axis_0_for_methods(call):
    result = call(SCALAR)
    assert result.shape == ()
    assert result.item() == 3.0
    (gradient,) = autograd.gradients(result, SCALAR)
    assert gradient.shape == ()
    assert gradient.item() == 1.0


def test_indices_and_places_of_0d_tensors():
    assert SCALAR.argmax(0).shape == SCALAR.squeeze().shape == ()
    assert SCALAR.argsort().item() == SCALAR.max(0).indices.item() == 0
    assert SCALAR.gather(0, tensor([0, 0])).tolist() == [3.0, 3.0]
    assert SCALAR.index_add(0, [0], tensor(2.0)).item() == 5.0
    assert SCALAR.scatter(0, tensor(0), tensor(2.0)).item() == 2.0
    assert SCALAR.index_fill(0, tensor(0), 7.0).item() == 7.0
    assert [i.tolist() for i in SCALAR.nonzero(as_tuple=True)] == [[0]]
    assert SCALAR.softmax(0).item() == 1.0
    with pytest.raises(np.exceptions.AxisError, match="sum: axis 1"):
        SCALAR.sum(1)
    with pytest.raises(np.exceptions.AxisError, match="the array is 0-d"):
        autograd.sum(SCALAR, axis=0)
    with pytest.raises(np.exceptions.AxisError, match="the array is 0-d"):
        SCALAR.unbind(0)


def test_iteration_is_one_node():
    first, second = T
    assert first._node.inputs == second._node.inputs
    np.testing.assert_array_equal(value(second), X[1])
    with pytest.raises(TypeError, match="0-d"):
        iter(SCALAR)


def test_parts():
    np.testing.assert_array_equal(value(T.select(1, -1)), X[:, 2])
    np.testing.assert_array_equal(value(T.narrow(1, -2, 2)), X[:, 1:])
    np.testing.assert_array_equal(value(T.sum_to_size(1, 3)), X.sum(0, keepdims=True))
    np.testing.assert_array_equal(value(T.take_along_dim(tensor([[2], [0]]), 1)), [[2], [3]])
    np.testing.assert_array_equal(value(T.take_along_dim(tensor([5, 0]))), [5, 0])
    assert (T.dim(), T.numel(), [len(p) for p in T.split_with_sizes(split_sizes=[1, 1])]) == (2, 6, [1, 1])
    assert T.repeat_interleave(2, dim=1, output_size=6).shape == (2, 6)
    for wrong, message in (
        (lambda: T.select(0, 2), r"select: index 2 for axis 0 of shape \(2, 3\)"),
        (lambda: T.narrow(1, 2, 2), r"narrow: start=2, length=2 for axis 1 of shape \(2, 3\)"),
        (lambda: T.sum_to_size(2), r"sum_to_size: \(2,\) does not broadcast to the shape \(2, 3\)"),
        (lambda: T.repeat_interleave(2, 1, output_size=5), "output_size=5, but repeats of 2 give 6"),
    ):
        with pytest.raises((IndexError, ValueError), match=message):
            wrong()


def test_written_positions():
    index = (tensor([0, 0]), tensor([1, 1]))
    np.testing.assert_array_equal(value(T.index_put(index, tensor([7.0, 8.0]))), [[0, 8, 2], [3, 4, 5]])
    added = T.index_put(index, tensor([7.0, 8.0], dtype=float), accumulate=True)
    np.testing.assert_array_equal(value(added), [[0, 16, 2], [3, 4, 5]])
    np.testing.assert_array_equal(value(T.index_copy(1, [2, 0], X[:, :2])), [[1, 1, 0], [4, 4, 3]])
    np.testing.assert_array_equal(value(T.scatter(0, tensor([[0, 0]]), value=5.0, reduce="add"))[0], [5, 6, 2])
    for x in (X, X[:, 0]):
        autograd.gradcheck(lambda x: autograd.index_copy(x, 0, [1], x[:1] * x[:1]), x, order=2)
        autograd.gradcheck(lambda x: autograd.index_fill(x, 0, [0], 2.0) * x, x, order=2)
    with pytest.raises(ValueError, match="reduce must be None or 'add', got 'multiply'"):
        T.scatter(0, [[0]], 1.0, reduce="multiply")
    with pytest.raises(ValueError, match="sparse_grad=True is not supported"):
        T.gather(0, [[0]], sparse_grad=True)
    with pytest.raises(ValueError, match="index_fill wants a single value"):
        T.index_fill(0, [0], X[0])


M, V = np.ones((2, 3)), np.ones(3)


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda t: t.mm(M), r"mm multiplies a matrix by a matrix that fits, got shapes \(2, 3\) and \(2, 3\)"),
        (lambda t: t.mv(M), "mv multiplies a matrix by a vector"),
        (lambda t: t.bmm(M.T), "bmm multiplies a stack of matrices by a stack of matrices"),
        (lambda t: t.addmm(M, M.T), r"addmm: x of shape \(2, 3\) does not broadcast to the product's shape \(2, 2\)"),
        (lambda t: t.addr(M, V), "addr wants two vectors"),
        (lambda t: t.baddbmm(M[None], M[None]), r"baddbmm multiplies .* got shapes \(1, 2, 3\) and \(1, 2, 3\)"),
    ],
)
def test_products_that_do_not_fit(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong(T)


def test_products_with_beta_0_do_not_look_at_the_first_operand():
    bad = tensor(np.full((2, 2), np.nan), requires_grad=True)
    np.testing.assert_array_equal(value(bad.addmm(T, T.T, beta=0)), X @ X.T)
    np.testing.assert_array_equal(value(bad[0].addmv(T, V, beta=0, alpha=2)), 2 * (X @ V))
    np.testing.assert_array_equal(value(bad.addbmm(np.stack([X, X]), np.stack([X.T, X.T]), beta=0)), 2 * X @ X.T)


def test_methods_of_late_families_are_those_of_their_table():
    assert {*late_methods.METHODS, *late_methods.REDUCTIONS} == set(methods.LATE.split())


def test_medians_and_quantiles_are_pytorchs():
    x = tensor([[4.0, 1.0, 2.0, 3.0], [np.nan, 1.0, np.nan, 2.0]])
    assert x[0].median().item() == 2.0
    assert x[0].nanmedian().item() == 2.0
    np.testing.assert_array_equal(x.median(dim=1).values.data, [2.0, np.nan])
    assert x.median(1).indices.tolist() == [2, 0]
    assert x.nanmedian(1, keepdim=True).values.tolist() == [[2.0], [1.0]]
    assert np.isnan(tensor(np.zeros(0)).median().item())
    tied = tensor([2.0, 1.0, 2.0, 5.0], requires_grad=True)
    assert autograd.gradients(tied.median(), tied)[0].tolist() == [0.5, 0, 0.5, 0]
    assert autograd.gradients(tied.median(0).values, tied)[0].tolist() == [1, 0, 0, 0]
    for quantile in (tied.quantile, tied.nanquantile):
        assert quantile(0.5, dim=-1).item() == quantile(0.5, axis=0).item() == quantile(0.5).item() == 2.0
        assert quantile([0.5, 1.0], interpolation="lower", keepdim=True).shape == (2, 1)
    assert SCALAR.quantile(0.3, dim=0).shape == ()
    assert SCALAR.cummax(0).values.shape == SCALAR.mode(0).values.shape == SCALAR.median(0).values.shape == ()
    with pytest.raises(ValueError, match=r"median: no elements along axis 0 of a tensor of shape \(0, 2\)"):
        tensor(np.zeros((0, 2))).median(0)
    with pytest.raises(np.exceptions.AxisError, match="quantile: axis 1"):
        tied.quantile(0.5, dim=1)
