"""Filters, feature maps, what an image's class depends on, attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.tensor import Tensor
from nn import interpret
from nn.interpret.watch import layer_at
from nn.module import Module
from nn.plots.canvas import axes_for, bare, grid_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["attention_maps", "feature_maps", "filters", "grad_cam", "image", "integrated_gradients", "saliency"]


def image(pixels: Any, ax: Axes | None = None, *, title: str = "") -> Axes:
    """One image: grey (H, W) or (1, H, W), dark ink on white, or in colours (3, H, W) from 0 to 1.

    Raises ValueError for other shapes.

    >>> import numpy as np, nn
    >>> nn.plots.image(np.eye(8), title="diagonal").get_title()
    'diagonal'
    """
    picture = _picture(pixels, "image")
    ax = axes_for(ax, 3, 3)
    if picture.ndim == 2:
        ax.imshow(picture, cmap="Greys", vmin=min(0, picture.min()), vmax=max(1, picture.max()))
    else:
        ax.imshow(np.clip(picture, 0, 1))
    ax.set_axis_off()
    ax.set_title(title, fontsize=9)
    return ax


def _picture(pixels: Any, caller: str) -> np.ndarray:
    """(H, W) or (H, W, 3)."""
    array = np.asarray(pixels.data if isinstance(pixels, Tensor) else pixels, float)
    if array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    elif array.ndim == 3 and array.shape[0] == 3:
        array = array.transpose(1, 2, 0)
    if not array.size or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ValueError(f"{caller}: wanted an image (H, W), (1, H, W) or (3, H, W), got shape {np.shape(pixels)}")
    return array


def filters(source: Any, layer: str | None = None, ax: Axes | None = None, *, limit: int = 64) -> Axes:
    """The filters of a convolution side by side, negative weights blue, positive ones red, 0 white.

    `source` is a model with the path of the `layer` in it, a layer, or its weight (out, in, H, W). Filters on one
    channel are one image each; those on three are shown in colours, scaled to their range; others as one row for each
    filter, one column for each channel. At most `limit` filters, and as many channels, are shown.
    Raises ValueError for an unknown path and weights of another shape.

    >>> import nn
    >>> nn.plots.filters(nn.Conv2d(1, 6, 5)).get_title()
    '6 filters, 5×5'
    """
    if isinstance(source, Module):
        source = layer_at(source, layer, "filters") if layer is not None else source
        name, source = type(source).__name__, getattr(source, "weight", None)
        if source is None:
            raise ValueError(f"filters: {name} has no weight; pass the path of a convolution as `layer`")
    weights = np.asarray(source.data if isinstance(source, Tensor) else source, float)
    if weights.ndim != 4 or not weights.size:
        raise ValueError(f"filters: wanted weights (out, in, H, W), as of a Conv2d, got shape {weights.shape}")
    count, channels, height, width = weights.shape
    shown = weights[:limit]
    ax = axes_for(ax, 5, 5)
    if channels == 3:
        low, high = shown.min((1, 2, 3), keepdims=True), shown.max((1, 2, 3), keepdims=True)
        sheet = interpret.mosaic(((shown - low) / np.where(high > low, high - low, 1)).transpose(0, 2, 3, 1))
        ax.imshow(np.nan_to_num(sheet, nan=1.0))
    else:
        across = None if channels == 1 else min(channels, limit)
        sheet = interpret.mosaic(shown[:, :across].reshape(-1, height, width), across)
        _signed(ax, sheet)
        if across is not None:
            ax.set(xlabel="input channel", ylabel="filter")
    bare(ax)
    some = f"{count} filters" if count <= limit else f"{limit} of {count} filters"
    ax.set_title(f"{some}, {height}×{width}")
    return ax


def _signed(ax: Axes, values: np.ndarray, **options: Any) -> Any:
    size = float(np.nanmax(np.abs(values), initial=0)) or 1.0
    return ax.imshow(values, cmap="RdBu_r", vmin=-size, vmax=size, **options)


def feature_maps(
    model: Module, x: Any, layer: str, ax: Axes | None = None, *, example: int = 0, limit: int = 64
) -> Axes:
    """What the channels of a layer answer to an input, side by side.

    x (N, C, H, W), of which the `example`-th is shown; `layer` is a path as in `named_modules()`. Answers that are
    never negative go from white to black, others from blue over white to red. At most `limit` channels are shown.
    Raises ValueError for an unknown path and a layer whose output is no image.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU())
    >>> nn.plots.feature_maps(model, np.ones((1, 1, 12, 12)), "1").get_title()
    'layer 1: 6 maps, 8×8'
    """
    found = interpret.activations(model, x, layers=layer).get(layer)
    if found is None or found.ndim != 4:
        got = "nothing" if found is None else f"an output of shape {found.shape}"
        raise ValueError(f"feature_maps: layer {layer!r} gave {got}; wanted images (N, C, H, W)")
    if not -len(found) <= example < len(found):
        raise ValueError(f"feature_maps: example {example} of {len(found)}")
    maps = found[example]
    sheet = interpret.mosaic(maps[:limit])
    ax = axes_for(ax, 5, 5)
    if np.nanmin(sheet) >= 0:
        ax.imshow(sheet, cmap="Greys", vmin=0, vmax=np.nanmax(sheet) or 1.0)
    else:
        _signed(ax, sheet)
    bare(ax)
    some = f"{len(maps)} maps" if len(maps) <= limit else f"{limit} of {len(maps)} maps"
    ax.set_title(f"layer {layer}: {some}, {maps.shape[1]}×{maps.shape[2]}")
    return ax


def saliency(
    model: Callable[[Any], Any], x: Any, target: Any = None, ax: Axes | None = None, *, example: int = 0
) -> Axes:
    """An image with the pixels that move its class's score most in colour; see `nn.interpret.saliency`.

    x (N, C, H, W), of which the `example`-th is shown; of several channels the largest counts.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    >>> nn.plots.saliency(model, np.ones((1, 1, 8, 8))).get_title()
    'saliency'
    """
    heat = interpret.saliency(model, x, target)
    return _over(x, heat.max(1) if heat.ndim == 4 else heat, example, ax, "saliency", "saliency")


def integrated_gradients(
    model: Callable[[Any], Any],
    x: Any,
    target: Any = None,
    ax: Axes | None = None,
    *,
    baseline: Any = 0.0,
    steps: int = 50,
    example: int = 0,
) -> Axes:
    """An image with what each pixel contributes to its class's score: for it red, against it blue.

    x (N, C, H, W), of which the `example`-th is shown, its channels added up; see `nn.interpret.integrated_gradients`.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    >>> nn.plots.integrated_gradients(model, np.ones((1, 1, 8, 8))).get_title()
    'integrated gradients'
    """
    heat = interpret.integrated_gradients(model, x, target, baseline=baseline, steps=steps)
    return _over(
        x, heat.sum(1) if heat.ndim == 4 else heat, example, ax, "integrated gradients", "integrated_gradients"
    )


def grad_cam(
    model: Module, x: Any, layer: str, target: Any = None, ax: Axes | None = None, *, example: int = 0
) -> Axes:
    """An image with the regions in which a layer sees evidence for a class in colour; see `nn.interpret.grad_cam`.

    x (N, C, H, W), of which the `example`-th is shown.

    >>> import numpy as np, nn
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    >>> nn.plots.grad_cam(model, np.ones((1, 1, 8, 8)), "0").get_title()
    'Grad-CAM of layer 0'
    """
    heat = interpret.grad_cam(model, x, layer, target)
    return _over(x, heat, example, ax, f"Grad-CAM of layer {layer}", "grad_cam")


def _over(x: Any, heat: np.ndarray, example: int, ax: Axes | None, title: str, caller: str) -> Axes:
    """The image in grey, and over it the heat, the stronger the less transparent."""
    images = np.asarray(x.data if isinstance(x, Tensor) else x)
    if images.ndim not in (3, 4) or not -len(images) <= example < len(images):
        raise ValueError(f"{caller}: example {example} of inputs of shape {images.shape}; wanted images (N, C, H, W)")
    picture = _picture(images[example], caller)
    grey = picture if picture.ndim == 2 else picture.mean(2)
    heat = heat[example]
    size = float(np.abs(heat).max()) or 1.0
    ax = axes_for(ax, 4.6, 3.8)
    ax.imshow(grey, cmap="Greys", alpha=0.45)
    strength = np.clip(1.3 * np.abs(heat) / size, 0, 1) ** 0.7
    signed = heat.min() < 0
    drawn = ax.imshow(
        heat, cmap="RdBu_r" if signed else "inferno_r", vmin=-size if signed else 0, vmax=size, alpha=strength
    )
    bare(ax, "white")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.85)
    if bar.solids is not None:
        bar.solids.set(alpha=1)
    bar.ax.tick_params(labelsize=8)
    ax.set_title(title)
    return ax


def attention_maps(
    weights: Any, queries: Sequence[str] | None = None, keys: Sequence[str] | None = None, ax: Any = None
) -> np.ndarray:
    """Attention weights, one map for each head → an array of Axes: row l says where query l looks.

    `weights` (L, S) or (heads, L, S), as one example of `nn.interpret.attention_weights`. `queries` (L) and `keys` (S;
    by default the queries, if L = S) label rows and columns, such as the tokens of a sentence. `ax`: one Axes a head.
    Raises ValueError for other shapes and numbers of labels.

    >>> import numpy as np, nn
    >>> [ax.get_title() for ax in nn.plots.attention_maps(np.full((2, 3, 3), 1 / 3), list("abc"))]
    ['head 0', 'head 1']
    """
    maps = np.asarray(weights.data if isinstance(weights, Tensor) else weights, float)
    if maps.ndim not in (2, 3) or not maps.size:
        hint = "; choose one example, weights[0]" if maps.ndim == 4 else ""
        raise ValueError(f"attention_maps: wanted weights (L, S) or (heads, L, S), got shape {maps.shape}{hint}")
    heads = maps.reshape(-1, *maps.shape[-2:])
    _, rows, columns = heads.shape
    keys = queries if keys is None and rows == columns else keys
    for name, labels, size in (("queries", queries, rows), ("keys", keys, columns)):
        if labels is not None and len(labels) != size:
            raise ValueError(f"attention_maps: {len(labels)} {name} for weights of shape {maps.shape}")
    axes = grid_for(ax, len(heads), 3.2, 3.0, 4)
    for k, (head, place) in enumerate(zip(heads, axes)):
        drawn = place.imshow(head, cmap="Blues", vmin=0, vmax=heads.max())
        place.set(title=f"head {k}" if maps.ndim == 3 else "attention", xlabel="key", ylabel="query")
        if keys is not None:
            place.set_xticks(range(columns), keys, rotation=90 if max(map(len, keys)) > 2 else 0)
        if queries is not None:
            place.set_yticks(range(rows), queries)
        place.tick_params(length=0)
    axes[0].figure.colorbar(drawn, ax=list(axes), label="weight", shrink=0.8)
    return axes
