"""The digits that come along, and cutting data into parts and batches."""

import numpy as np
import pytest

from nn.data import batches, load_digits, stratified_split


def test_digits_are_complete():
    images, labels = load_digits()
    assert images.shape == (1797, 1, 8, 8)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0, 1)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_digits_equal_the_bundle_of_scikit_learn():
    datasets = pytest.importorskip("sklearn.datasets")
    images, labels = load_digits()
    np.testing.assert_array_equal(images[:, 0] * 16, datasets.load_digits().images)
    np.testing.assert_array_equal(labels, datasets.load_digits().target)


def test_split_divides_each_class_in_proportion_and_loses_nothing():
    labels = np.repeat(np.arange(3), [10, 20, 30])
    train, test = stratified_split(labels, 0.3, np.random.default_rng(0))
    assert sorted([*train, *test]) == list(range(60))
    assert np.bincount(labels[test]).tolist() == [3, 6, 9]
    assert train.tolist() != sorted(train), "shuffled"
    again, _ = stratified_split(labels, 0.3, np.random.default_rng(0))
    np.testing.assert_array_equal(train, again)


def test_split_refuses_what_it_cannot_do():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="between 0 and 1, got 1"):
        stratified_split(np.array([0, 1]), 1, rng)
    with pytest.raises(ValueError, match="class 1 has 1 members"):
        stratified_split(np.array([0, 0, 0, 0, 1]), 0.5, rng)


def test_batches_cover_everything_once():
    assert [b.tolist() for b in batches(5, 2)] == [[0, 1], [2, 3], [4]]
    shuffled = list(batches(100, 7, np.random.default_rng(0)))
    assert sorted(np.concatenate(shuffled)) == list(range(100))
    assert [len(b) for b in shuffled] == [7] * 14 + [2]
    assert list(batches(0, 3)) == []
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        list(batches(5, 0))
