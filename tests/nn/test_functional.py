"""Functions of nn.functional that are more than a function of autograd or a layer's."""

import numpy as np
import pytest

import autograd
from autograd import tensor
from nn import functional as F

WEIGHT = np.array([[3.0, 4.0], [0.3, 0.4], [6.0, 8.0]])


def test_embedding_shrinks_the_rows_it_looks_up():
    for weight in (WEIGHT.copy(), tensor(WEIGHT, requires_grad=True)):
        rows = F.embedding(np.array([0, 1, 0]), weight, max_norm=1.0)
        np.testing.assert_allclose(np.asarray(rows.detach() if hasattr(rows, "detach") else rows)[0], [0.6, 0.8], 1e-6)
        stored = weight.data if hasattr(weight, "detach") else weight
        np.testing.assert_allclose(stored, [[0.6, 0.8], [0.3, 0.4], [6.0, 8.0]], rtol=1e-6)


def test_embedding_divides_gradients_by_frequency():
    weight = tensor(WEIGHT, requires_grad=True)
    rows = F.embedding(np.array([[0, 1], [0, 2]]), weight, padding_idx=2, scale_grad_by_freq=True)
    np.testing.assert_array_equal(rows.detach().numpy(), WEIGHT[[[0, 1], [0, 2]]])
    rows.sum().backward()
    np.testing.assert_array_equal(weight.grad.numpy(), [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]])


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_dropout_of_channels(rank):
    autograd.manual_seed(0)
    x = tensor(np.ones((20, 5, *(2, 3, 4)[:rank])), requires_grad=True)
    drop = getattr(F, f"dropout{rank}d")
    y = drop(x, 0.5)
    values = y.detach().numpy()
    assert set(values.ravel()) == {0.0, 2.0}
    assert (values == values[(..., *[slice(1)] * rank)]).all()
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), values)
    assert drop(x, 0.5, training=False) is x
    with pytest.raises(ValueError, match=rf"dropout{rank}d wants an input of {rank + 1} or {rank + 2} axes"):
        drop(np.ones(3))


def test_what_would_overwrite_or_be_sparse_is_refused():
    with pytest.raises(ValueError, match="inplace=True would overwrite"):
        F.dropout(WEIGHT, inplace=True)
    with pytest.raises(ValueError, match="sparse=True is not supported"):
        F.embedding(np.array([0]), WEIGHT, sparse=True)


def test_padding_that_widens_on_one_side_and_crops_on_the_other():
    x = np.arange(1.0, 5.0)
    np.testing.assert_array_equal(F.pad(x, (-5, 3)), [0.0, 0.0])
    np.testing.assert_array_equal(F.pad(x, (-4, 2), "replicate"), [4.0, 4.0])
    np.testing.assert_array_equal(F.pad(x, (-1, 2), "reflect"), [2.0, 3.0, 4.0, 3.0, 2.0])
    np.testing.assert_array_equal(F.pad(x, (-1, 2), "circular"), [2.0, 3.0, 4.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"pad: \(-3, -2\) takes away more than an input of shape \(4,\) has"):
        F.pad(x, (-3, -2))


def test_softmax_of_scalars_and_in_another_dtype():
    assert F.softmax(tensor(2.0), 0).item() == 1.0
    assert F.log_softmax(np.float32([1, 2]), 0, np.float64).dtype == np.float64
    np.testing.assert_allclose(F.softmin(np.array([0.0, np.log(3)]), 0), [0.75, 0.25])


@pytest.mark.parametrize(
    "name",
    ["gelu", "hardshrink", "logsigmoid", "sigmoid", "softplus", "softshrink", "softsign", "tanh", "tanhshrink", "relu"],
)
def test_an_activation_s_input_can_be_given_by_name(name):
    x = np.array([-1.5, 0.0, 2.0])
    np.testing.assert_array_equal(getattr(F, name)(input=x), getattr(autograd, name)(x))
