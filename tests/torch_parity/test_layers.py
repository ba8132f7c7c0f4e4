"""Padding, convolutions with every padding mode, bilinear layers, units, dropouts and tables against PyTorch's."""

from typing import Any

import numpy as np
import pytest

import autograd
import nn

torch = pytest.importorskip("torch")

from .test_nn import CLOSE, compare

RNG = np.random.default_rng(9)
SHAPES = {1: (2, 3, 9), 2: (2, 3, 8, 9), 3: (2, 3, 5, 6, 7)}

LAYERS: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    *(
        (f"{kind}Pad{r}d", (2,), {}, SHAPES[r])
        for kind in ("Zero", "Reflection", "Replication", "Circular")
        for r in SHAPES
    ),
    *(
        (f"{kind}Pad{r}d", ((0, 1, 2, 3, 1, 0)[: 2 * r],), {}, SHAPES[r][1:])
        for kind in ("Reflection", "Circular")
        for r in SHAPES
    ),
    *((f"ConstantPad{r}d", ((1, 2, 0, 3, -1, 1)[: 2 * r], 3.5), {}, SHAPES[r]) for r in SHAPES),
    ("ZeroPad2d", ((-1, 2, 0, -2),), {}, SHAPES[2]),
    *(
        (f"Conv{r}d", (3, 4, 3), {"padding": 2, "stride": 2, "padding_mode": mode}, SHAPES[r])
        for mode in ("zeros", "reflect", "replicate", "circular")
        for r in SHAPES
    ),
    ("Conv2d", (4, 6, (4, 3)), {"padding": "same", "dilation": (1, 2), "padding_mode": "reflect"}, (2, 4, 8, 9)),
    ("Conv2d", (4, 6, (4, 3)), {"padding": "same", "dilation": (3, 2), "groups": 2}, (4, 8, 9)),
    ("Conv2d", (4, 6, 3), {"padding": "valid", "padding_mode": "circular"}, (2, 4, 8, 9)),
    ("Conv1d", (4, 8, 3), {"padding": (2,), "groups": 4, "padding_mode": "circular", "bias": False}, (4, 9)),
    ("Conv3d", (2, 4, (1, 2, 3)), {"padding": (0, 1, 2), "groups": 2, "dilation": 2}, (2, 2, 5, 6, 9)),
    (
        "ConvTranspose2d",
        (4, 6, (3, 2)),
        {"stride": (3, 2), "padding": 1, "output_padding": (2, 1), "groups": 2, "dilation": 2},
        (2, 4, 5, 6),
    ),
    ("ConvTranspose3d", (2, 4, 2), {"stride": 2, "output_padding": 1, "groups": 2, "bias": False}, (2, 3, 4, 3)),
    ("PReLU", (), {}, (3, 4, 5)),
    ("PReLU", (4, 0.1), {}, (3, 4, 5)),
    ("PReLU", (1, 0.1), {}, (5,)),
    ("RReLU", (0.3, 0.3), {}, (3, 4)),
    ("GLU", (), {}, (3, 4)),
    ("GLU", (0,), {}, (6, 4)),
    ("Hardshrink", (0.7,), {}, (3, 4)),
    ("Softshrink", (), {}, (3, 4)),
    ("Threshold", (0.3, -2.0), {}, (3, 4)),
    ("Softmin", (0,), {}, (3, 4)),
    ("Softmax2d", (), {}, (2, 3, 4, 5)),
    ("Softmax2d", (), {}, (3, 4, 5)),
    ("Hardtanh", (-2.0, 0.5), {"inplace": False}, (3, 4)),
    ("ReLU", (False,), {}, (3, 4)),
    *((name, (0.0,), {}, (2, 3, 4)) for name in ("Dropout", "Dropout1d", "AlphaDropout", "FeatureAlphaDropout")),
    ("Dropout2d", (0.0, False), {}, (2, 3, 4, 4)),
    ("Dropout3d", (0.0,), {}, (2, 3, 4, 4, 2)),
]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("name, args, options, shape", LAYERS)
def test_layer(name: str, args: tuple[Any, ...], options: dict[str, Any], shape: tuple[int, ...]) -> None:
    ours = getattr(nn, name)(*args, **options).double()
    theirs = getattr(torch.nn, name)(*args, **options).double()
    assert repr(ours) == repr(theirs)
    compare(ours, theirs, RNG.normal(size=shape))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_output_size_of_transposed_convolutions(rank: int) -> None:
    options: dict[str, Any] = {"stride": 3, "padding": 1, "dilation": 2}
    ours = getattr(nn, f"ConvTranspose{rank}d")(2, 3, 2, **options).double()
    theirs = getattr(torch.nn, f"ConvTranspose{rank}d")(2, 3, 2, **options).double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    x = RNG.normal(size=(2, 2, *(4,) * rank))
    for size in (10, 11, 12):
        want = theirs(torch.tensor(x), output_size=(size,) * rank)
        np.testing.assert_allclose(ours(x, output_size=(size,) * rank).data, want.detach().numpy(), **CLOSE)
        np.testing.assert_allclose(ours(x, output_size=(2, 3, *want.shape[2:])).data, want.detach().numpy(), **CLOSE)


def test_bilinear() -> None:
    for bias, lead in ((True, (5,)), (False, (2, 3)), (True, ())):
        ours, theirs = nn.Bilinear(3, 4, 2, bias).double(), torch.nn.Bilinear(3, 4, 2, bias).double()
        assert repr(ours) == repr(theirs)
        ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
        x, y = RNG.normal(size=(*lead, 3)), RNG.normal(size=(*lead, 4))
        mine = [autograd.tensor(v, requires_grad=True) for v in (x, y)]
        other = [torch.tensor(v, requires_grad=True) for v in (x, y)]
        out, want = ours(*mine), theirs(*other)
        np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
        g = RNG.normal(size=out.shape)
        out.backward(g)
        want.backward(torch.tensor(g))
        for a, b in zip([*mine, *ours.parameters()], [*other, *theirs.parameters()], strict=True):
            np.testing.assert_allclose(a.grad.data, b.grad.numpy(), **CLOSE)


EMBEDDINGS: list[dict[str, Any]] = [
    {},
    {"padding_idx": 2},
    {"max_norm": 1.0},
    {"max_norm": 1.5, "norm_type": 1.0, "padding_idx": -1},
    {"scale_grad_by_freq": True, "padding_idx": 0},
]


@pytest.mark.parametrize("options", EMBEDDINGS)
def test_embedding(options: dict[str, Any]) -> None:
    ours, theirs = nn.Embedding(6, 3, **options).double(), torch.nn.Embedding(6, 3, **options).double()
    assert repr(ours) == repr(theirs)
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    indices = np.array([[1, 2, 5], [1, 0, 2]])
    out, want = ours(indices), theirs(torch.tensor(indices))
    np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(ours.weight.data, theirs.weight.detach().numpy(), **CLOSE)
    g = RNG.normal(size=out.shape)
    out.backward(g)
    want.backward(torch.tensor(g))
    np.testing.assert_allclose(ours.weight.grad.data, theirs.weight.grad.numpy(), **CLOSE)  # type: ignore[union-attr]


BAGS: list[dict[str, Any]] = [
    {},
    {"padding_idx": 2},
    {"include_last_offset": True},
    {"max_norm": 1.0},
    {"max_norm": 1.5, "norm_type": 1.0, "padding_idx": -1, "include_last_offset": True},
]


@pytest.mark.parametrize("options", BAGS)
@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("way", ["rows", "offsets", "weighted"])
def test_embedding_bag(options: dict[str, Any], mode: str, way: str) -> None:
    if way == "weighted" and mode != "sum":
        return
    ours, theirs = nn.EmbeddingBag(6, 3, mode=mode, **options), torch.nn.EmbeddingBag(6, 3, mode=mode, **options)
    assert repr(ours) == repr(theirs)
    ours, theirs = ours.double(), theirs.double()
    ours.load_state_dict({k: v.numpy() for k, v in theirs.state_dict().items()})
    indices, offsets = np.array([1, 2, 5, 1, 0, 2]), np.array([0, 3, 3, 5, 6])
    args: list[Any] = [indices.reshape(2, 3)] if way == "rows" else [indices, offsets]
    weights = [RNG.normal(size=6)] if way == "weighted" else []
    mine = [autograd.tensor(w, requires_grad=True) for w in weights]
    other = [torch.tensor(w, requires_grad=True) for w in weights]
    out = ours(*args, **({"per_sample_weights": mine[0]} if mine else {}))
    want = theirs(*map(torch.tensor, args), **({"per_sample_weights": other[0]} if other else {}))
    np.testing.assert_allclose(out.data, want.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(ours.weight.data, theirs.weight.detach().numpy(), **CLOSE)
    g = RNG.normal(size=out.shape)
    out.backward(g)
    want.backward(torch.tensor(g))
    for a, b in zip([ours.weight, *mine], [theirs.weight, *other], strict=True):
        np.testing.assert_allclose(a.grad.data, b.grad.numpy(), **CLOSE)  # type: ignore[union-attr]


def test_initial_distributions() -> None:
    for name, args in (("Bilinear", (50, 20, 30)), ("EmbeddingBag", (200, 100)), ("Embedding", (200, 100))):
        ours, theirs = getattr(nn, name)(*args), getattr(torch.nn, name)(*args)
        for (key, p), q in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            assert p.data.std() == pytest.approx(q.detach().numpy().std(), rel=0.3 if key == "bias" else 0.03)


def test_random_units_have_the_same_moments() -> None:
    x = RNG.normal(size=(200, 50))
    for name, args in (("alpha_dropout", (0.3,)), ("feature_alpha_dropout", (0.3,)), ("rrelu", (0.1, 0.5))):
        ours = getattr(nn.functional, name)(x, *args, training=True)
        theirs = getattr(torch.nn.functional, name)(torch.tensor(x), *args, training=True).numpy()
        assert ours.mean() == pytest.approx(theirs.mean(), abs=0.05)
        assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    logits = np.log([0.1, 0.2, 0.7])
    hard = nn.functional.gumbel_softmax(np.broadcast_to(logits, (20000, 3)), hard=True)
    np.testing.assert_allclose(hard.mean(0), [0.1, 0.2, 0.7], atol=0.015)
