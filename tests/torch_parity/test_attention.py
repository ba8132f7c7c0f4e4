"""Attention and Transformers against PyTorch's: outputs, weights, first and second derivatives."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import autograd
import nn
from tests.torch_parity.test_recurrent import both, compare, pairs

T, S, N, E = 4, 5, 2, 6
RNG = np.random.default_rng(0)
BOOLS = RNG.random((T, S)) < 0.3
BOOLS[:, 0] = False
FLOATS = RNG.normal(size=(T, S))
PADDING = np.array([[False] * 5, [False, False, True, False, True]])


@pytest.fixture(autouse=True)
def composed_attention() -> Iterator[None]:
    """PyTorch's fused kernels have no second derivative."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH))
        yield


def translated(options: dict[str, Any]) -> dict[str, Any]:
    return {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"attn_mask": ~BOOLS},
        {"attn_mask": FLOATS},
        {"attn_mask": np.broadcast_to(FLOATS, (N, 3, T, S)).copy()},
        {"attn_mask": np.zeros((T, S), bool)},
        {"is_causal": True},
        {"scale": 0.3},
    ],
)
def test_scaled_dot_product_attention(options: dict[str, Any]) -> None:
    leaves, torch_leaves = both([RNG.normal(size=(N, 3, n, d)) for n, d in ((T, E), (S, E), (S, 2))])
    ours = nn.functional.scaled_dot_product_attention(*leaves, **options)
    theirs = torch.nn.functional.scaled_dot_product_attention(*torch_leaves, **translated(options))
    compare([ours], [theirs], leaves, torch_leaves, True)


@pytest.mark.parametrize("options", [{}, {"attn_mask": FLOATS}, {"attn_mask": RNG.normal(size=(N, 4, T, S))}])
def test_grouped_queries(options: dict[str, Any]) -> None:
    leaves, torch_leaves = both([RNG.normal(size=(N, *s)) for s in ((4, T, E), (2, S, E), (2, S, 3))])
    ours = nn.functional.scaled_dot_product_attention(*leaves, **options, enable_gqa=True)
    theirs = torch.nn.functional.scaled_dot_product_attention(*torch_leaves, **translated(options), enable_gqa=True)
    compare([ours], [theirs], leaves, torch_leaves, True)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"bias": False},
        {"add_bias_kv": True},
        {"add_zero_attn": True},
        {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True},
        {"kdim": 3},
        {"kdim": 3, "vdim": 4, "bias": False, "batch_first": True},
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        {},
        {"need_weights": False},
        {"average_attn_weights": False, "attn_mask": BOOLS},
        {"attn_mask": FLOATS, "key_padding_mask": np.where(PADDING, -1e3, 0.5)},
        {"attn_mask": np.repeat(BOOLS[None], N * 2, 0), "key_padding_mask": PADDING},
        {"attn_mask": np.triu(np.ones((T, S), bool), 1), "is_causal": True, "need_weights": False},
        {"unbatched": True, "attn_mask": FLOATS},
    ],
)
def test_multihead_attention(options: dict[str, Any], call: dict[str, Any]) -> None:
    ours, theirs = nn.MultiheadAttention(E, 2, **options), torch.nn.MultiheadAttention(E, 2, **options)
    ours, theirs = ours.double(), theirs.double()
    parameters, torch_parameters = pairs(ours, theirs)
    for p, q in zip(parameters, torch_parameters):  # biases that are not zero
        p.data = RNG.normal(size=p.shape)
        q.data = torch.tensor(p.data)
    if call.get("is_causal") and any(name.startswith("add_") for name in options):
        pytest.skip("PyTorch drops the mask for the hint, and then hides the added keys too")
    call = dict(call)
    single = call.pop("unbatched", False)
    shapes = [(T, E), (S, options.get("kdim", E)), (S, options.get("vdim", E))]
    lead = (lambda n: (n,)) if single else (lambda n: (N, n) if options.get("batch_first") else (n, N))
    leaves, torch_leaves = both([RNG.normal(size=(*lead(n), d)) for n, d in shapes])
    out, weights = ours(*leaves, **call)
    want, torch_weights = theirs(*torch_leaves, **translated(call))
    assert (weights is None) == (torch_weights is None)
    outs = [out] if weights is None else [out, weights]
    wants = [want] if weights is None else [want, torch_weights]
    compare(outs, wants, leaves + parameters, torch_leaves + torch_parameters, True)


def test_multihead_self_attention() -> None:
    ours, theirs = nn.MultiheadAttention(E, 3).double(), torch.nn.MultiheadAttention(E, 3).double()
    parameters, torch_parameters = pairs(ours, theirs)
    (x,), (torch_x,) = both([RNG.normal(size=(T, N, E))])
    compare(
        [*ours(x, x, x)],
        [*theirs(torch_x, torch_x, torch_x)],
        [x, *parameters],
        [torch_x, *torch_parameters],
        True,
    )


CAUSAL = torch.nn.Transformer.generate_square_subsequent_mask(T, dtype=torch.float64).numpy()
LAYER = [
    {},
    {"norm_first": True, "activation": "gelu"},
    {"batch_first": True, "bias": False, "layer_norm_eps": 1e-2},
]


def network(library: Any, name: str, options: dict[str, Any]) -> Any:
    return getattr(library, name)(E, 2, dim_feedforward=7, dropout=0.0, **options)


@pytest.mark.parametrize("options", LAYER)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("training", [True, False])
def test_encoder(options: dict[str, Any], masked: bool, training: bool) -> None:
    call = {"mask": CAUSAL, "src_key_padding_mask": np.where(PADDING[:, 1:], -1e3, 0.5)} if masked else {}
    stacks = []
    for library in (nn, torch.nn):
        layer = network(library, "TransformerEncoderLayer", options)
        extra = {} if library is nn else {"enable_nested_tensor": False}
        stacks.append(library.TransformerEncoder(layer, 2, library.LayerNorm(E), **extra).double().train(training))
    ours, theirs = stacks
    parameters, torch_parameters = pairs(ours, theirs)
    leaves, torch_leaves = both([RNG.normal(size=(N, T, E) if options.get("batch_first") else (T, N, E))])
    out, want = ours(*leaves, **call), theirs(*torch_leaves, **translated(call))
    compare([out], [want], leaves + parameters, torch_leaves + torch_parameters, True)


@pytest.mark.parametrize("options", LAYER)
def test_decoder(options: dict[str, Any]) -> None:
    call = {"tgt_mask": CAUSAL, "memory_key_padding_mask": PADDING, "tgt_is_causal": True}
    stacks = []
    for library in (nn, torch.nn):
        layer = network(library, "TransformerDecoderLayer", options)
        stacks.append(library.TransformerDecoder(layer, 2).double())
    ours, theirs = stacks
    parameters, torch_parameters = pairs(ours, theirs)
    first = options.get("batch_first")
    leaves, torch_leaves = both([RNG.normal(size=(N, n, E) if first else (n, N, E)) for n in (T, S)])
    out, want = ours(*leaves, **call), theirs(*torch_leaves, **translated(call))
    compare([out], [want], leaves + parameters, torch_leaves + torch_parameters, True)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
@pytest.mark.parametrize("options", LAYER)
@pytest.mark.parametrize("single", [False, True])
def test_transformer(options: dict[str, Any], single: bool) -> None:
    settings = {"num_encoder_layers": 1, "num_decoder_layers": 2, **options}
    ours, theirs = network(nn, "Transformer", settings).double(), network(torch.nn, "Transformer", settings).double()
    parameters, torch_parameters = pairs(ours, theirs)
    lead = (lambda n: (n,)) if single else (lambda n: (N, n) if options.get("batch_first") else (n, N))
    leaves, torch_leaves = both([RNG.normal(size=(*lead(n), E)) for n in (S, T)])
    mask = nn.Transformer.generate_square_subsequent_mask(T, dtype=np.float64)
    np.testing.assert_array_equal(mask.data, CAUSAL)
    out, want = ours(*leaves, tgt_mask=mask), theirs(*torch_leaves, tgt_mask=torch.tensor(CAUSAL))
    compare([out], [want], leaves + parameters, torch_leaves + torch_parameters, True)


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_initial_values_have_the_same_moments() -> None:
    ours, theirs = nn.Transformer(32, 2, 1, 1, 64), torch.nn.Transformer(32, 2, 1, 1, 64)
    for (name, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert p.data.std() == pytest.approx(q.detach().numpy().std(), rel=0.1, abs=0.03), name
    ours, theirs = nn.MultiheadAttention(64, 2, add_bias_kv=True), torch.nn.MultiheadAttention(64, 2, add_bias_kv=True)
    for (name, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert p.data.std() == pytest.approx(q.detach().numpy().std(), rel=0.1, abs=0.08), name


def test_a_state_dict_of_autograd_tensors_goes_both_ways() -> None:
    ours = nn.TransformerEncoderLayer(E, 2, 7)
    theirs = torch.nn.TransformerEncoderLayer(E, 2, 7)
    theirs.load_state_dict({k: torch.tensor(v.data) for k, v in ours.state_dict().items()})
    assert autograd.tensor(theirs.linear1.weight.detach().numpy()).tolist() == ours.linear1.weight.tolist()
