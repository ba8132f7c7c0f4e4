"""The `chalkgrad` command: what it prints, what it leaves, how it refuses."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import nn
from nn.io import load_weights
from nn.training import digits
from nn.training.cli import main

pytest.importorskip("matplotlib")
pytest.importorskip("graphviz")


def test_leaves_a_report(tmp_path, capsys):
    out = tmp_path / "deep" / "out"
    assert main(["train", "digits", "--model", "perceptron", "--epochs", "2", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "test accuracy" in printed
    left = set(os.listdir(out)) - {"backprop.svg"}
    assert left == {
        "backprop.dot",
        "confusion_matrix.png",
        "explore.html",
        "history.json",
        "learning_curve.png",
        "misclassified.png",
        "report.html",
        "weights.npz",
    }
    assert all(str(out / name) in printed for name in left)
    history = json.loads((out / "history.json").read_text())
    assert len(history["loss"]) == len(history["val_accuracy"]) == 2
    assert history["model"] == "perceptron"
    assert history["test_accuracy"] == history["val_accuracy"][-1]
    model = digits.MODELS["perceptron"].build()
    model.load_state_dict(load_weights(out / "weights.npz"))
    dot = (out / "backprop.dot").read_text()
    assert "w1\nvalue 2\ngrad 4.5" in dot
    assert "no gradient yet" not in dot
    page = (out / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 3
    assert 'src="http' not in page
    assert "Handwritten digits" in page
    assert 'href="explore.html"' in page
    assert "perceptron on four handwritten digits" in (out / "explore.html").read_text()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--epochs", "0"], "argument --epochs: wanted a whole number above 0, got '0'"),
        (["--epochs", "many"], "argument --epochs: wanted a whole number above 0, got 'many'"),
        (["--lr", "nan"], "argument --lr: wanted a number above 0, got 'nan'"),
        (["--lr=-1"], "argument --lr: wanted a number above 0, got '-1'"),
        (["--batch-size", "-3"], "argument --batch-size: wanted a whole number above 0, got '-3'"),
        (["--seed", "-1"], "argument --seed: wanted a whole number, 0 or more, got '-1'"),
        (["--model", "brain"], "argument --model: invalid choice: 'brain'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
    ],
)
def test_bad_values_get_one_line_and_exit_code_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "digits", *arguments])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_folder_that_cannot_be_written_gets_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main(["train", "digits", "--out", str(tmp_path / "file" / "out")]) == 2
    error = capsys.readouterr().err
    assert "cannot write to" in error
    assert error.count("\n") == 1


def test_missing_packages_are_named_before_anything_is_trained(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("nn.training.cli.find_spec", lambda name: None)
    assert main(["train", "digits", "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == (
        "chalkgrad train digits: the report needs graphviz and matplotlib: pip install 'chalkgrad[viz]'\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_diverging_run_says_what_to_do(tmp_path, capsys):
    with np.errstate(all="ignore"):
        code = main(["train", "digits", "--model", "mlp", "--lr", "1e30", "--epochs", "2", "--out", str(tmp_path)])
    assert code == 1
    assert "a smaller learning rate usually helps" in capsys.readouterr().err


def test_ctrl_c_saves_what_was_learned(tmp_path):
    command = [sys.executable, "-c", "from nn.training.cli import main; raise SystemExit(main())"]
    command += ["train", "digits", "--epochs", "100000", "--model", "perceptron", "--out", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "handwritten digits" in process.stdout.readline()
    assert process.stderr is not None
    progress = ""
    while "2/100000" not in progress:
        character = process.stderr.read(1)
        assert character, progress
        progress += character
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "interrupted after" in err
    assert "saving what was learned" in err
    assert "test accuracy" in out
    history = json.loads((tmp_path / "history.json").read_text())
    assert history["interrupted"]
    assert (tmp_path / "weights.npz").exists()


def test_same_seed_same_result():
    first, second = (digits.train_digits("lenet", epochs=1, seed=3, progress=False) for _ in range(2))
    assert first.history == second.history
    for p, q in zip(first.model.parameters(), second.model.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_lenet_reads_digits():
    outcome = digits.train_digits("lenet", epochs=10, seed=0, progress=False)
    assert outcome.test_accuracy >= 0.96
    assert isinstance(outcome.model, nn.Module)


def test_unknown_model():
    with pytest.raises(ValueError, match="unknown model 'brain'; choose one of lenet, mlp, perceptron"):
        digits.train_digits("brain")
