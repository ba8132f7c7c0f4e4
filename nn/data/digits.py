"""The 1,797 handwritten digits of the UCI repository, 8×8 pixels each."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy as np


class Digits(NamedTuple):
    """`images` float32 (N, 1, 8, 8) with ink from 0 to 1, `labels` int64 (N,) from 0 to 9.

    >>> import nn.data
    >>> digits = nn.data.load_digits()
    >>> digits.images.shape, digits.labels[:3]
    ((1797, 1, 8, 8), array([0, 1, 2]))
    """

    images: np.ndarray
    labels: np.ndarray


def load_digits() -> Digits:
    """The test part of "Optical Recognition of Handwritten Digits": 1,797 digits by 13 people, about 180 of each class.

    Each pixel counts the ink in a 4×4 block of the scanned 32×32 bitmap (0 to 16), here divided by 16. The data come
    with the library. Source: E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998 (CC BY 4.0).

    >>> from nn.data import load_digits
    >>> images, labels = load_digits()
    >>> images.shape, labels[:10].tolist()
    ((1797, 1, 8, 8), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    with files("nn.data").joinpath("digits.npz").open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return Digits(archive["images"][:, None].astype(np.float32) / 16, archive["labels"].astype(np.int64))
