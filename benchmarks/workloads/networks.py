"""The networks, each written once for `nn` and `torch.nn`: `kind` is either module. W8's critics are here too."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np


def mlp(*sizes: int) -> Any:
    """Linear layers with ReLU between them."""

    def build(kind: Any) -> Any:
        layers = []
        for n_in, n_out in pairwise(sizes):
            layers += [kind.Linear(n_in, n_out), kind.ReLU()]
        return kind.Sequential(*layers[:-1])

    return build


def lenet5(kind: Any) -> Any:
    """LeCun's LeNet-5 with rectifiers and max pooling."""
    return kind.Sequential(
        kind.Conv2d(1, 6, 5, padding=2),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Conv2d(6, 16, 5),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Flatten(),
        kind.Linear(400, 120),
        kind.ReLU(),
        kind.Linear(120, 84),
        kind.ReLU(),
        kind.Linear(84, 10),
    )


def vgg_small(kind: Any) -> Any:
    """64-64-pool-128-128-pool-fc on 32×32 colour images."""
    return kind.Sequential(
        kind.Conv2d(3, 64, 3, padding=1),
        kind.ReLU(),
        kind.Conv2d(64, 64, 3, padding=1),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Conv2d(64, 128, 3, padding=1),
        kind.ReLU(),
        kind.Conv2d(128, 128, 3, padding=1),
        kind.ReLU(),
        kind.MaxPool2d(2),
        kind.Flatten(),
        kind.Linear(128 * 8 * 8, 10),
    )


def resnet20(kind: Any) -> Any:
    """He et al.'s ResNet-20 for 32×32 images, with shortcuts that have no parameters (option A)."""

    class Block(kind.Module):
        def __init__(self, n_in: int, n_out: int, stride: int) -> None:
            super().__init__()
            self.conv1 = kind.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False)
            self.bn1 = kind.BatchNorm2d(n_out)
            self.conv2 = kind.Conv2d(n_out, n_out, 3, padding=1, bias=False)
            self.bn2 = kind.BatchNorm2d(n_out)
            self.stride, self.pad = stride, (n_out - n_in) // 2

        def forward(self, x: Any) -> Any:
            y = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
            if self.pad:
                x = x[:, :, :: self.stride, :: self.stride]
                x = kind.functional.pad(x, (0, 0, 0, 0, self.pad, self.pad))
            return (x + y).relu()

    class ResNet(kind.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = kind.Conv2d(3, 16, 3, padding=1, bias=False)
            self.bn1 = kind.BatchNorm2d(16)
            sizes = [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2
            self.blocks = kind.Sequential(*(Block(*size) for size in sizes))
            self.fc = kind.Linear(64, 10)

        def forward(self, x: Any) -> Any:
            x = self.blocks(self.bn1(self.conv1(x)).relu())
            return self.fc(x.mean((2, 3)))

    return ResNet()


def lstm_classifier(kind: Any) -> Any:
    """An LSTM 64 → 128 over sequences (time, batch, 64), and a linear layer on its last output."""

    class Classifier(kind.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = kind.LSTM(64, 128)
            self.fc = kind.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            y, _ = self.lstm(x)
            return self.fc(y[-1])

    return Classifier()


VOCABULARY, CONTEXT, WIDTH, HEADS, BLOCKS = 65, 64, 128, 4, 2


def transformer(kind: Any) -> Any:
    """A decoder of two pre-norm blocks that predicts the next character: tokens (N, T) → logits (N·T, vocabulary)."""

    class Block(kind.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm1 = kind.LayerNorm(WIDTH)
            self.qkv = kind.Linear(WIDTH, 3 * WIDTH)
            self.proj = kind.Linear(WIDTH, WIDTH)
            self.norm2 = kind.LayerNorm(WIDTH)
            self.up = kind.Linear(WIDTH, 4 * WIDTH)
            self.down = kind.Linear(4 * WIDTH, WIDTH)

        def forward(self, x: Any) -> Any:
            n, t, _ = x.shape
            qkv = self.qkv(self.norm1(x)).reshape(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
            y = kind.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], is_causal=True)
            x = x + self.proj(y.transpose(1, 2).reshape(n, t, WIDTH))
            return x + self.down(kind.functional.gelu(self.up(self.norm2(x))))

    class Decoder(kind.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = kind.Embedding(VOCABULARY, WIDTH)
            self.position_embedding = kind.Parameter(self.embedding.weight[:CONTEXT].detach() * 0)
            self.blocks = kind.Sequential(*(Block() for _ in range(BLOCKS)))
            self.norm = kind.LayerNorm(WIDTH)
            self.head = kind.Linear(WIDTH, VOCABULARY)

        def forward(self, tokens: Any) -> Any:
            x = self.blocks(self.embedding(tokens) + self.position_embedding)
            return self.head(self.norm(x)).reshape(-1, VOCABULARY)

    return Decoder()


def critic_of_points(kind: Any) -> Any:
    """An MLP 2-128-128-1 with leaky rectifiers."""
    return kind.Sequential(
        kind.Linear(2, 128),
        kind.LeakyReLU(0.2),
        kind.Linear(128, 128),
        kind.LeakyReLU(0.2),
        kind.Linear(128, 1),
    )


def critic_of_images(kind: Any) -> Any:
    """Two 4×4 convolutions of stride 2 with 32 and 64 maps on 28×28 images, and a linear layer."""
    return kind.Sequential(
        kind.Conv2d(1, 32, 4, stride=2, padding=1),
        kind.LeakyReLU(0.2),
        kind.Conv2d(32, 64, 4, stride=2, padding=1),
        kind.LeakyReLU(0.2),
        kind.Flatten(),
        kind.Linear(64 * 7 * 7, 1),
    )


def images(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Normal numbers in that shape, a class from 0 to 9 for each along the first axis."""
    rng = np.random.default_rng(0)
    return rng.normal(size=shape).astype(np.float32), rng.integers(0, 10, shape[0])


def sequences() -> tuple[np.ndarray, np.ndarray]:
    """50 steps of 64 numbers for a batch of 32, (time, batch, features), and a class for each sequence."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(50, 32, 64)).astype(np.float32), rng.integers(0, 10, 32)


def characters() -> tuple[np.ndarray, np.ndarray]:
    """16 texts of random characters, and the character after each of theirs."""
    text = np.random.default_rng(0).integers(0, VOCABULARY, (16, CONTEXT + 1))
    return np.ascontiguousarray(text[:, :-1]), text[:, 1:].reshape(-1)
