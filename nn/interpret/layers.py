"""What a model's layers give: activations, attention weights; and filters as one picture."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import autograd
from autograd.tensor import Tensor
from nn.interpret.watch import caught, layers_of, removed, untouched
from nn.layers.attention import MultiheadAttention
from nn.module import Module

__all__ = ["activations", "attention_weights", "mosaic"]


def activations(model: Module, *inputs: Any, layers: str | Iterable[str] | None = None) -> dict[str, np.ndarray]:
    """The outputs of layers when the model runs on these inputs, by path: feature maps, hidden states.

    By default those of all layers without layers below them; `layers` names paths as in `named_modules()`. Of several
    results of one layer the first is given, of several calls the last. The model runs in eval mode, and is left as it
    was. Raises ValueError for unknown paths.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    >>> {path: a.shape for path, a in nn.interpret.activations(model, np.ones((2, 1, 8, 8))).items()}
    {'0': (2, 4, 6, 6), '1': (2, 4, 6, 6), '2': (2, 144), '3': (2, 10)}
    """
    watched = layers_of(model, layers, "activations")
    with untouched(model), caught(watched) as seen, autograd.no_grad():
        model(*inputs)
    return {path: np.array(seen[path].data) for path in watched if path in seen}


def attention_weights(model: Module, *inputs: Any, **kwargs: Any) -> dict[str, np.ndarray]:
    """The weights of every `MultiheadAttention` in the model as it runs on these inputs, by path.

    Each (N, heads, L, S), or (heads, L, S) for inputs without N: how much query l looks at key s; rows add up to 1. The
    model need not ask for them itself. Of several calls of one layer the last counts. The model runs in eval mode, and
    is left as it was. Raises ValueError for a model without such a layer.

    >>> import numpy as np, nn
    >>> model = nn.TransformerEncoderLayer(d_model=8, nhead=2, batch_first=True)
    >>> {path: w.shape for path, w in nn.interpret.attention_weights(model, np.ones((1, 5, 8))).items()}
    {'self_attn': (1, 2, 5, 5)}
    """
    watched = {path: m for path, m in model.named_modules() if isinstance(m, MultiheadAttention)}
    if not watched:
        raise ValueError(f"attention_weights: {type(model).__name__} contains no MultiheadAttention")
    weights: dict[str, np.ndarray] = {}
    handles = []
    try:
        with untouched(model), autograd.no_grad():
            for path, m in watched.items():
                before, after = _asking(weights, path)
                handles.append(m.register_forward_pre_hook(before, with_kwargs=True))
                handles.append(m.register_forward_hook(after))
            model(*inputs, **kwargs)
    finally:
        removed(handles, watched.values())
    return weights


_SIGNATURE = inspect.signature(MultiheadAttention.forward)


def _asking(weights: dict[str, np.ndarray], path: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Hooks that make a layer give the weights of every head, and its caller get what it had asked for."""
    asked: list[tuple[bool, bool]] = []

    def before(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = _SIGNATURE.bind(module, *args, **kwargs)
        bound.apply_defaults()
        values = dict(bound.arguments)
        del values["self"]
        asked.append((values["need_weights"], values["average_attn_weights"]))
        return (), {**values, "need_weights": True, "average_attn_weights": False}

    def after(module: Module, args: Any, output: tuple[Tensor, Tensor]) -> Any:
        result, per_head = output
        weights[path] = np.array(per_head.data)
        needed, averaged = asked.pop()
        return result, (per_head.mean(-3) if averaged else per_head) if needed else None

    return before, after


def mosaic(images: Any, columns: int | None = None, gap: int = 1) -> np.ndarray:
    """Images side by side in one: (K, H, W) or (K, H, W, 3) → (rows · (H + gap) - gap, …), NaN in between.

    `columns` (default: about √K, so that the whole is nearly square) says how many stand in a row.
    Raises ValueError for other shapes, and for no images.

    >>> import numpy as np, nn
    >>> nn.interpret.mosaic(np.ones((3, 2, 2)), columns=2).shape
    (5, 5)
    """
    array = np.asarray(images)
    if array.ndim not in (3, 4) or not array.size or (array.ndim == 4 and array.shape[3] not in (3, 4)):
        raise ValueError(f"mosaic: wanted images (K, H, W) or (K, H, W, 3), at least one, got shape {array.shape}")
    if columns is not None and columns < 1:
        raise ValueError(f"mosaic: columns must be at least 1, got {columns}")
    count, height, width, *colours = array.shape
    across = min(count, columns or int(np.ceil(np.sqrt(count * height / width))) or 1)
    down = -(-count // across)
    sheet = np.full((down * (height + gap) - gap, across * (width + gap) - gap, *colours), np.nan)
    for k, image in enumerate(array):
        top, left = k // across * (height + gap), k % across * (width + gap)
        sheet[top : top + height, left : left + width] = image
    return sheet
