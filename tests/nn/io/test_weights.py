"""Weights on disk: whole, without pickle, and refused when they are broken."""

import os

import numpy as np
import pytest

import nn
from nn.io import atomic_write, load_weights, save_weights


def test_round_trip_gives_the_same_model(tmp_path):
    model, other = nn.Linear(3, 2), nn.Linear(3, 2)
    save_weights(model.state_dict(), tmp_path / "w.npz")
    other.load_state_dict(load_weights(tmp_path / "w.npz"))
    x = np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(model(x).data, other(x).data)


def test_other_suffixes_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"kept in \.npz files"):
        save_weights({}, tmp_path / "w.pkl")
    with pytest.raises(ValueError, match=r"kept in \.npz files"):
        load_weights(tmp_path / "w.pkl")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 half an archive"])
def test_broken_files_are_refused_by_name(tmp_path, content):
    path = tmp_path / "w.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"w\.npz is not a readable archive"):
        load_weights(path)


def test_a_pickle_in_the_file_is_not_run(tmp_path):
    path = tmp_path / "w.npz"
    np.savez(path, evil=np.array([print], dtype=object))
    with pytest.raises(ValueError, match="not a readable archive"):
        load_weights(path)


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")

    def write():
        with atomic_write(path) as file:
            file.write(b"half of the n")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        write()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "plain").write_text("")
    with atomic_write(tmp_path / "atomic") as file:
        file.write(b"x")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode
