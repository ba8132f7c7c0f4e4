"""Recurrent layers, cells and packed sequences against PyTorch's: outputs, states, first and second derivatives."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd
import nn

CLOSE = {"rtol": 1e-10, "atol": 1e-10}
SECOND = {"rtol": 1e-8, "atol": 1e-9}

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("RNN", (3, 4), {}),
    ("RNN", (3, 4, 2, "relu"), {"bidirectional": True, "bias": False}),
    ("RNN", (3, 4), {"batch_first": True, "num_layers": 3}),
    ("LSTM", (3, 4), {}),
    ("LSTM", (3, 4, 2), {"bidirectional": True, "batch_first": True}),
    ("LSTM", (3, 4, 2), {"bias": False}),
    ("LSTM", (3, 4, 2), {"proj_size": 2, "bidirectional": True}),
    ("GRU", (3, 4), {}),
    ("GRU", (3, 4, 2), {"bidirectional": True}),
    ("GRU", (3, 4), {"bias": False, "batch_first": True}),
]


def pairs(ours: nn.Module, theirs: Any) -> tuple[list[Any], list[Any]]:
    """The parameters of both, after ours took the state of theirs."""
    state = {k: v.numpy() for k, v in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)
    return list(ours.parameters()), list(theirs.parameters())


def compare(ours: list[Any], theirs: list[Any], leaves: list[Any], torch_leaves: list[Any], second: bool) -> None:
    rng = np.random.default_rng(1)
    total, torch_total = 0, 0
    for o, t in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(o.data, t.detach().numpy(), **CLOSE)
        g = rng.normal(size=o.shape)
        total, torch_total = total + (o * g).sum() + (o * o).sum(), torch_total + (t * torch.tensor(g) + t * t).sum()
    firsts = autograd.gradients(total, leaves, create_graph=second)
    torch_firsts = torch.autograd.grad(torch_total, torch_leaves, create_graph=second)
    for d, t in zip(firsts, torch_firsts, strict=True):
        np.testing.assert_allclose(d.data, t.detach().numpy(), **CLOSE)
    if second:
        total, torch_total = 0, 0
        for d, t in zip(firsts, torch_firsts):
            g = rng.normal(size=d.shape)
            total, torch_total = total + (d * g).sum(), torch_total + (t * torch.tensor(g)).sum()
        seconds = autograd.gradients(total, leaves)
        for d, t in zip(seconds, torch.autograd.grad(torch_total, torch_leaves), strict=True):
            np.testing.assert_allclose(d.data, t.numpy(), **SECOND)


def both(arrays: list[np.ndarray]) -> tuple[list[Any], list[Any]]:
    return (
        [autograd.tensor(a, requires_grad=True) for a in arrays],
        [torch.tensor(a, requires_grad=True) for a in arrays],
    )


def initial(layer: Any, batch: tuple[int, ...], rng: np.random.Generator) -> list[np.ndarray]:
    depth = layer.num_layers * (2 if layer.bidirectional else 1)
    widths = (layer.proj_size or layer.hidden_size, layer.hidden_size)[: 2 if isinstance(layer, nn.LSTM) else 1]
    return [rng.normal(size=(depth, *batch, width)) for width in widths]


@pytest.mark.parametrize("name, args, options", LAYERS)
@pytest.mark.parametrize("form", ["states", "zeros", "unbatched", "eval"])
def test_layer(name: str, args: tuple[Any, ...], options: dict[str, Any], form: str) -> None:
    ours, theirs = getattr(nn, name)(*args, **options).double(), getattr(torch.nn, name)(*args, **options).double()
    assert repr(ours) == repr(theirs)
    parameters, torch_parameters = pairs(ours, theirs)
    if form == "eval":
        ours.eval(), theirs.eval()
    rng = np.random.default_rng(0)
    batch = () if form == "unbatched" else (2,)
    x = rng.normal(size=(5, *batch, 3) if batch else (5, 3))
    arrays = [np.swapaxes(x, 0, 1).copy() if options.get("batch_first") and batch else x]
    if form != "zeros":
        arrays += initial(ours, batch, rng)
    leaves, torch_leaves = both(arrays)
    y, state = ours(leaves[0], *packed_state(leaves[1:]))
    torch_y, torch_state = theirs(torch_leaves[0], *packed_state(torch_leaves[1:]))
    outs, torch_outs = [y, *flat(state)], [torch_y, *flat(torch_state)]
    compare(outs, torch_outs, leaves + parameters, torch_leaves + torch_parameters, form == "states")


def packed_state(states: list[Any]) -> list[Any]:
    return [tuple(states) if len(states) > 1 else states[0]] if states else []


def flat(state: Any) -> tuple[Any, ...]:
    return state if isinstance(state, tuple) else (state,)


@pytest.mark.parametrize("name, args, options", LAYERS)
@pytest.mark.parametrize("lengths", [[4, 2, 2, 1], [2, 4, 1, 2]])
def test_packed(name: str, args: tuple[Any, ...], options: dict[str, Any], lengths: list[int]) -> None:
    ours, theirs = getattr(nn, name)(*args, **options).double(), getattr(torch.nn, name)(*args, **options).double()
    parameters, torch_parameters = pairs(ours, theirs)
    rng = np.random.default_rng(0)
    leaves, torch_leaves = both([rng.normal(size=(4, 5, 3)), *initial(ours, (4,), rng)])
    settings = {"batch_first": True, "enforce_sorted": lengths == sorted(lengths, reverse=True)}
    packed = nn.utils.rnn.pack_padded_sequence(leaves[0], lengths, **settings)
    torch_packed = torch.nn.utils.rnn.pack_padded_sequence(torch_leaves[0], torch.tensor(lengths), **settings)
    for mine, its in zip(packed, torch_packed, strict=True):
        assert (mine is None) == (its is None)
        if mine is not None:
            np.testing.assert_array_equal(mine.data, its.detach().numpy())
    y, state = ours(packed, *packed_state(leaves[1:]))
    torch_y, torch_state = theirs(torch_packed, *packed_state(torch_leaves[1:]))
    padded, counts = nn.utils.rnn.pad_packed_sequence(y, padding_value=7.0, total_length=6)
    torch_padded, torch_counts = torch.nn.utils.rnn.pad_packed_sequence(torch_y, padding_value=7.0, total_length=6)
    np.testing.assert_array_equal(counts.data, torch_counts.numpy())
    outs, torch_outs = [padded, *flat(state)], [torch_padded, *flat(torch_state)]
    compare(outs, torch_outs, leaves + parameters, torch_leaves + torch_parameters, True)


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("options", [{}, {"bias": False}])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_cell(name: str, options: dict[str, Any], batch: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(3, 4, **options).double(), getattr(torch.nn, name)(3, 4, **options).double()
    assert repr(ours) == repr(theirs)
    parameters, torch_parameters = pairs(ours, theirs)
    rng = np.random.default_rng(0)
    count = 2 if name == "LSTMCell" else 1
    leaves, torch_leaves = both([rng.normal(size=(*batch, 3)), *(rng.normal(size=(*batch, 4)) for _ in range(count))])
    out = flat(ours(leaves[0], *packed_state(leaves[1:])))
    want = flat(theirs(torch_leaves[0], *packed_state(torch_leaves[1:])))
    compare(list(out), list(want), leaves + parameters, torch_leaves + torch_parameters, True)
    np.testing.assert_allclose(
        flat(ours(leaves[0]))[0].data, flat(theirs(torch_leaves[0]))[0].detach().numpy(), **CLOSE
    )


def test_dropout_stands_between_the_layers() -> None:
    ours, theirs = nn.LSTM(3, 4, 2, dropout=1.0).double(), torch.nn.LSTM(3, 4, 2, dropout=1.0).double()
    pairs(ours, theirs)
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    for _ in range(2):
        np.testing.assert_allclose(ours(x)[0].data, theirs(torch.tensor(x))[0].detach().numpy(), **CLOSE)
        ours.eval(), theirs.eval()


@pytest.mark.parametrize("options", [{}, {"batch_first": True, "padding_value": 5.0}, {"padding_side": "left"}])
def test_pad_and_unpad(options: dict[str, Any]) -> None:
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(n, 2)) for n in (3, 1, 4)]
    ours = nn.utils.rnn.pad_sequence([autograd.tensor(a) for a in arrays], **options)
    theirs = torch.nn.utils.rnn.pad_sequence([torch.tensor(a) for a in arrays], **options)
    np.testing.assert_array_equal(ours.data, theirs.numpy())
    packed = nn.utils.rnn.pack_sequence([autograd.tensor(a) for a in arrays], enforce_sorted=False)
    torch_packed = torch.nn.utils.rnn.pack_sequence([torch.tensor(a) for a in arrays], enforce_sorted=False)
    np.testing.assert_array_equal(packed.data.data, torch_packed.data.numpy())
    for back, a in zip(nn.utils.rnn.unpack_sequence(packed), arrays, strict=True):
        np.testing.assert_array_equal(back.data, a)
