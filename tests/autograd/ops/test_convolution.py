"""conv1d to conv_transpose3d: values, conventions, messages."""

import numpy as np
import pytest

import autograd
from autograd import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from autograd.testing import assert_close

CONVOLUTIONS = {1: (conv1d, conv_transpose1d), 2: (conv2d, conv_transpose2d), 3: (conv3d, conv_transpose3d)}


def draw(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def test_known_values():
    image = np.arange(9.0).reshape(1, 1, 3, 3)
    corners = np.array([[[[1.0, 0.0], [0.0, -1.0]]]])
    assert conv2d(image, corners).tolist() == [[[[-4, -4], [-4, -4]]]]
    assert conv2d(image, corners, np.array([10.0]), stride=2).tolist() == [[[[6]]]]
    assert conv1d(np.arange(5.0)[None], np.array([[[1.0, 10.0]]]), padding=1, dilation=2).tolist() == [
        [10, 20, 31, 42, 3]
    ]


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_transpose_is_the_adjoint_of_the_convolution(rank):
    conv, transpose = CONVOLUTIONS[rank]
    settings = {"stride": 2, "padding": 1, "dilation": 1, "groups": 2}
    x, w = draw(2, 4, *[7] * rank), draw(6, 2, *[3] * rank, seed=1)
    y = conv(x, w, **settings)
    g = draw(*y.shape, seed=2)
    back = transpose(g, w, **settings)
    assert back.shape == x.shape
    assert np.vdot(y, g) == pytest.approx(np.vdot(x, back))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_output_padding_chooses_among_the_sizes(rank):
    conv, transpose = CONVOLUTIONS[rank]
    w = draw(3, 2, *[3] * rank)
    for size in (7, 8, 9):
        x = draw(1, 2, *[size] * rank, seed=1)
        y = conv(x, w, stride=3)
        back = transpose(y, w, stride=3, output_padding=(size - 3) % 3)
        assert back.shape == x.shape
        assert np.vdot(y, y) == pytest.approx(np.vdot(x, back))


def test_output_padding_up_to_the_dilation():
    y, w = draw(1, 1, 4), draw(1, 1, 2, seed=1)
    out = conv_transpose1d(y, w, stride=1, dilation=3, output_padding=2)
    assert out.shape == (1, 1, 4 + 3 + 2)
    assert (out[..., -2:] == 0).all()


def test_padding_by_name():
    x, w = draw(1, 1, 6, 5), draw(1, 1, 4, 3, seed=1)
    assert_close(conv2d(x, w, padding="valid"), conv2d(x, w))
    same = conv2d(x, w, padding="same", dilation=(1, 2))
    assert same.shape == x.shape
    by_hand = np.pad(x, [(0, 0), (0, 0), (1, 2), (2, 2)])
    assert_close(same, conv2d(by_hand, w, dilation=(1, 2)))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_single_example_needs_no_batch_axis(rank):
    conv, transpose = CONVOLUTIONS[rank]
    x, w, b = draw(2, *[5] * rank), draw(4, 2, *[3] * rank, seed=1), draw(4, seed=2)
    assert_close(conv(x, w, b), conv(x[None], w, b)[0])
    y = draw(4, *[5] * rank)
    assert_close(transpose(y, w, b[:2]), transpose(y[None], w, b[:2])[0])


def test_groups_see_their_own_channels():
    x, w, b = draw(2, 6, 5, 5), draw(9, 2, 3, 3, seed=1), draw(9, seed=2)
    parts = [conv2d(x[:, 2 * i : 2 * i + 2], w[3 * i : 3 * i + 3], b[3 * i : 3 * i + 3]) for i in range(3)]
    assert_close(conv2d(x, w, b, groups=3), np.concatenate(parts, 1))
    assert conv_transpose2d(x, draw(6, 2, 3, 3), groups=3).shape == (2, 6, 7, 7)


def test_bias_of_both_layouts_and_its_gradient():
    x, w, b = (autograd.tensor(a, requires_grad=True) for a in (draw(2, 3, 5, 4), draw(5, 3, 3, 3), draw(5)))
    y = conv2d(x, w, b, stride=(2, 1), padding=(0, 1))
    g = draw(*y.shape, seed=3)
    y.backward(g)
    assert_close(
        y.data - conv2d(x, w, stride=(2, 1), padding=(0, 1)).data, np.broadcast_to(b.data[:, None, None], y.shape)
    )
    assert_close(b.grad, g.sum((0, 2, 3)))


def test_numbers_may_be_given_per_axis():
    x, w = draw(1, 1, 7, 8, 9), draw(1, 1, 2, 2, 2)
    assert conv3d(x, w, stride=[1, 2, 3], padding=(0, 1, 2), dilation=(1, 2, 3)).shape == (1, 1, 6, 4, 4)


@pytest.mark.parametrize(
    "x_type, w_type, out", [("f4", "f4", "f4"), ("f4", "f8", "f8"), ("u1", "f4", "f4"), ("i4", "i4", "i4")]
)
def test_dtypes(x_type, w_type, out):
    x, w = np.ones((1, 2, 5), x_type), np.ones((3, 2, 3), w_type)
    y = conv1d(x, w, np.ones(3, w_type))
    assert y.dtype == out
    assert (y == 7).all()
    if w_type[0] == "f":
        weight = autograd.tensor(w, requires_grad=True)
        image = autograd.tensor(x, requires_grad=x_type[0] == "f")
        conv1d(image, weight).sum().backward()
        assert weight.grad.dtype == w_type
        assert image.grad is None or image.grad.dtype == x_type


def test_arrays_give_arrays_and_tensors_tensors():
    x, w = draw(1, 1, 3, 3), draw(1, 1, 2, 2)
    assert type(conv2d(x, w)) is np.ndarray
    assert type(conv_transpose2d(x.tolist(), w)) is np.ndarray
    assert isinstance(conv2d(x, autograd.tensor(w)), autograd.Tensor)


def test_empty_batch_and_gradients_through_it():
    x, w = (
        autograd.tensor(np.ones((0, 2, 4, 4)), requires_grad=True),
        autograd.tensor(draw(3, 2, 3, 3), requires_grad=True),
    )
    y = conv2d(x, w, np.ones(3), padding=1)
    assert y.shape == (0, 3, 4, 4)
    y.sum().backward()
    assert x.grad.shape == x.shape
    assert (w.grad.data == 0).all()


def test_second_derivatives_of_a_small_network():
    x, w, b = (autograd.tensor(a, requires_grad=True) for a in (draw(2, 2, 6, 6), draw(3, 2, 3, 3), draw(3)))
    v = draw(*w.shape, seed=5)

    def slope(weight):
        t = autograd.tensor(weight, requires_grad=True)
        h = autograd.tanh(conv2d(x, t, b, padding=1))
        loss = (autograd.tanh(conv_transpose2d(h, t, stride=2)) ** 2).sum()
        return autograd.gradients(loss, t, create_graph=True)[0], t

    d, t = slope(w.data)
    (curvature,) = autograd.gradients((d * v).sum(), t)
    step = 1e-5
    numeric = (slope(w.data + step * v)[0].data - slope(w.data - step * v)[0].data) / (2 * step)
    assert_close(curvature, numeric, rtol=1e-7)


W = np.ones((4, 3, 3, 3))
X = np.ones((2, 3, 8, 8))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: conv2d(np.ones((8, 8)), W), r"conv2d: input of shape \(8, 8\), wanted \(N, C, H, W\), or \(C, H, W\)"),
        (lambda: conv3d(X[0], W), r"conv3d: input of shape \(3, 8, 8\), wanted \(N, C, D, H, W\)"),
        (lambda: conv2d(X, W[0]), r"conv2d: weight of shape \(3, 3, 3\), wanted \(C_out, C_in/groups, kH, kW\)"),
        (lambda: conv2d(X, W[..., :0]), r"conv2d: weight of shape \(4, 3, 3, 0\), wanted"),
        (lambda: conv_transpose1d(X[0], W[0, 0]), r"weight of shape \(3, 3\), wanted \(C_in, C_out/groups, kL\)"),
        (
            lambda: conv2d(X, W[:, :1]),
            r"has 3 channels, but a weight .* groups=1 wants 1; a weight is \(C_out, C_in/g",
        ),
        (lambda: conv2d(X, W[:, :1], groups=3), r"groups=3 must divide the 4 output channels"),
        (lambda: conv_transpose2d(X, W), r"has 3 channels, but a weight of shape \(4, 3, 3, 3\) wants 4; a transposed"),
        (lambda: conv_transpose2d(np.ones((2, 4, 8, 8)), W, groups=3), r"groups=3 must divide the 4 input channels"),
        (lambda: conv2d(X, W, np.ones(3)), r"conv2d: bias of shape \(3,\), wanted one per output channel: \(4,\)"),
        (lambda: conv2d(X, W, stride=0), r"conv2d: stride=0, wanted an integer ≥ 1 or 2 of them"),
        (lambda: conv2d(X, W, dilation=(1, 2, 3)), r"conv2d: dilation=\(1, 2, 3\), wanted an integer ≥ 1 or 2 of them"),
        (lambda: conv2d(X, W, padding=-1), r"conv2d: padding=-1, wanted an integer ≥ 0"),
        (lambda: conv2d(X, W, padding=1.5), r"conv2d: padding=1.5, wanted an integer ≥ 0"),
        (lambda: conv2d(X, W, groups=0), r"conv2d: groups=0, wanted an integer ≥ 1$"),
        (lambda: conv2d(X, W, padding="full"), r"padding='full', wanted 'same', 'valid', an integer, or one per axis"),
        (lambda: conv2d(X, W, padding="same", stride=2), r"padding='same' with stride \(2, 2\).* as numbers"),
        (lambda: conv2d(X, W, dilation=4), r"dilation \(4, 4\) reaches over \(9, 9\), but the input .* only \(8, 8\)"),
        (
            lambda: conv_transpose2d(X, W[:3], output_padding=1),
            r"output_padding=\(1, 1\) must be smaller than the stride",
        ),
        (lambda: conv_transpose2d(X, W[:3], padding=5), r"give a result of size \(0, 0\); use less padding"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()
