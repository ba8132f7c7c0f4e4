"""Recurrent layers: closed forms, forms of input, packed sequences, messages."""

import numpy as np
import pytest

import autograd
import nn
from nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence, unpad_sequence

LAYERS = [nn.RNN, nn.LSTM, nn.GRU]


def test_a_linear_recurrence_counts():
    layer = nn.RNN(1, 1, nonlinearity="relu", bias=False).double()
    layer.load_state_dict({"weight_ih_l0": np.ones((1, 1)), "weight_hh_l0": np.full((1, 1), 2.0)})
    y, h = layer(np.array([[1.0], [1.0], [1.0], [0.0]]))
    assert y.ravel().tolist() == [1, 3, 7, 14]
    assert h.tolist() == [[14.0]]
    y.sum().backward()
    # ∂/∂w of 1 + (1 + w) + (1 + w + w²) + (w + w² + w³) at w = 2
    assert layer.weight_hh_l0.grad.item() == pytest.approx(1 + (1 + 4) + (1 + 4 + 12))


def test_an_lstm_with_open_gates_adds_up():
    layer = nn.LSTM(1, 1).double()
    large = 50.0
    layer.load_state_dict(
        {
            "weight_ih_l0": np.array([[0.0], [0.0], [1.0], [0.0]]),
            "weight_hh_l0": np.zeros((4, 1)),
            "bias_ih_l0": np.array([large, large, 0.0, large]),
            "bias_hh_l0": np.zeros(4),
        }
    )
    x = np.array([[0.3], [-0.2], [0.5]])
    y, (h, c) = layer(x)
    cells = np.cumsum(np.tanh(x[:, 0]))
    np.testing.assert_allclose(y.data[:, 0], np.tanh(cells))
    assert c.item() == pytest.approx(cells[-1])
    assert h.item() == pytest.approx(np.tanh(cells[-1]))


def test_a_gru_that_keeps_its_state():
    layer = nn.GRU(2, 3).double()
    layer.load_state_dict({name: np.zeros(p.shape) for name, p in layer.named_parameters()})
    layer.bias_ih_l0.data[3:6] = 100.0  # z = 1
    h = np.random.default_rng(0).normal(size=(1, 2, 3))
    y, final = layer(np.ones((4, 2, 2)), h)
    np.testing.assert_allclose(y.data, np.broadcast_to(h, (4, 2, 3)))
    np.testing.assert_allclose(final.data, h)


@pytest.mark.parametrize("make", LAYERS)
def test_packed_sequences_are_run_one_by_one(make):
    autograd.manual_seed(1)
    layer = make(2, 3, num_layers=2, bidirectional=True).double()
    rng = np.random.default_rng(0)
    sequences = [autograd.tensor(rng.normal(size=(n, 2))) for n in (2, 5, 1, 3)]
    y, state = layer(pack_sequence(sequences, enforce_sorted=False))
    padded, lengths = pad_packed_sequence(y, batch_first=True)
    assert lengths.tolist() == [2, 5, 1, 3]
    for b, (out, x) in enumerate(zip(unpad_sequence(padded, lengths, batch_first=True), sequences)):
        single, final = layer(x)
        np.testing.assert_allclose(out.data, single.data)
        for mine, its in zip((state,) if make is not nn.LSTM else state, (final,) if make is not nn.LSTM else final):
            np.testing.assert_allclose(mine.data[:, b], its.data)


@pytest.mark.parametrize("make", LAYERS)
def test_a_cell_is_one_step_of_its_layer(make):
    layer, cell = make(2, 3), getattr(nn, f"{make.__name__}Cell")(2, 3)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(4, 5, 2)).astype(np.float32)
    state = None
    outs = []
    for step in x:
        state = cell(step, state)
        outs.append(state[0] if make is nn.LSTM else state)
    np.testing.assert_allclose(layer(x)[0].data, autograd.stack(outs).data, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("make", LAYERS)
def test_dtypes(make):
    layer = make(2, 3)
    y, _ = layer(np.ones((4, 5, 2)))
    assert y.dtype == np.float32
    y.sum().backward()
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    x = autograd.tensor(np.ones((4, 5, 2)), requires_grad=True)
    y, _ = layer(x)
    assert y.dtype == np.float64
    y.sum().backward()
    assert x.grad.dtype == np.float64
    assert layer.weight_hh_l0.grad.dtype == np.float32


@pytest.mark.parametrize("make, size", [(nn.RNN, 1), (nn.GRU, 3), (nn.LSTM, 4)])
def test_a_trace_sees_one_step_a_layer_and_counts_its_products(make, size):
    program = autograd.trace(make(2, 3, num_layers=2), np.ones((4, 5, 2), np.float32))
    steps = [step for step in program.instructions if step.primitive.name == make.__name__.lower()]
    assert [step.flops for step in steps] == [2 * 20 * size * (6 + 9), 2 * 20 * size * (9 + 9)]
    projected = autograd.trace(nn.LSTM(2, 3, proj_size=1), np.ones((4, 5, 2), np.float32))
    assert max(step.flops for step in projected.instructions) == 2 * 20 * (4 * (6 + 3) + 3)


def test_an_empty_batch():
    y, (h, c) = nn.LSTM(2, 3)(np.ones((4, 0, 2)))
    assert (y.shape, h.shape, c.shape) == ((4, 0, 3), (1, 0, 3), (1, 0, 3))


def test_initial_values_are_uniform_within_the_bound():
    layer = nn.LSTM(50, 64, bidirectional=True)
    values = np.concatenate([p.data.ravel() for p in layer.parameters()]) * np.sqrt(64)
    assert np.abs(values).max() <= 1
    assert values.std() == pytest.approx(1 / np.sqrt(3), rel=0.02)
    assert [len(weights) for weights in layer.all_weights] == [4, 4]
    layer.flatten_parameters()


def test_dropout_is_drawn_between_layers_in_training_only():
    layer = nn.GRU(2, 3, num_layers=2, dropout=0.5)
    x = np.ones((4, 1, 2))
    assert (layer(x)[0].data != layer(x)[0].data).any()
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].data, layer(x)[0].data)
    with pytest.warns(UserWarning, match="there is one"):
        nn.GRU(2, 3, dropout=0.5)


X = np.ones((4, 5, 2))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: nn.LSTM(3, 4)(X), r"LSTM wants an input \(time, batch, 3\), .* got shape \(4, 5, 2\)"),
        (lambda: nn.LSTM(3, 4, batch_first=True)(X), r"\(batch, time, 3\)"),
        (lambda: nn.GRU(2, 4)(X, np.ones((1, 4, 4))), r"initial state h of shape \(1, 4, 4\), wanted \(1, 5, 4\)"),
        (lambda: nn.GRU(2, 4)(X[:0]), r"at least one time step"),
        (lambda: nn.Sequential(nn.RNN(3, 4))(X), r"RNN wants an input"),
        (lambda: nn.RNN(2, 4, nonlinearity="sin"), r"'tanh' or 'relu', got 'sin'"),
        (lambda: nn.LSTM(2, 4, proj_size=4), r"proj_size must lie between 0 and hidden_size=4, got 4"),
        (lambda: nn.LSTM(2, 0), r"hidden_size and num_layers must be ≥ 1"),
        (lambda: nn.LSTM(2, 3, dropout=2.0), r"dropout must lie in \[0, 1\]"),
        (lambda: nn.GRUCell(3, 4)(X[0]), r"GRUCell wants an input \(batch, 3\) or \(3,\), got shape \(5, 2\)"),
        (lambda: nn.RNN(3, 4)(pack_sequence([X[0]])), r"packed rows of 3 features, got data of shape \(5, 2\)"),
        (lambda: pack_padded_sequence(X, [1, 2, 3, 4, 4]), r"enforce_sorted=False"),
        (lambda: pack_padded_sequence(X, [4, 4]), r"2 lengths for 5 sequences .* batch_first=True"),
        (lambda: pack_padded_sequence(X, [4, 4, 4, 4, 0]), r"between 1 and the 4 time steps"),
        (lambda: pack_padded_sequence(X, [4.0]), r"vector of integers"),
        (lambda: pack_padded_sequence(X[0, 0], [1]), r"wanted \(time, batch, …\)"),
        (lambda: pad_packed_sequence(pack_sequence([X[0]]), total_length=2), r"total_length=2 is shorter"),
        (lambda: pad_sequence([]), r"at least one sequence"),
        (lambda: pad_sequence([X[0], X]), r"differ in their first axis only"),
        (lambda: pad_sequence([X], padding_side="top"), r"'right' or 'left'"),
        (lambda: unpad_sequence(X, [9] * 5), r"do not fit 5 sequences of at most 4 steps"),
    ],
)
def test_messages(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_wrong_state_of_an_lstm_is_named_with_the_path_of_the_layer():
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.core = nn.LSTM(2, 3)

        def forward(self, x):
            return self.core(x, x)

    with pytest.raises(TypeError, match=r"a pair \(h, c\)") as caught:
        Model()(X)
    assert any("model.core" in note for note in caught.value.__notes__)
