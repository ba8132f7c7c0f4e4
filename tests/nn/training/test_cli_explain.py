"""`chalkgrad explain` and `chalkgrad explore`: what they print and write, how they refuse."""

import subprocess
import sys

import pytest

from autograd.visualize import Page
from nn.training.cli import main

NEURON = ["relu(w*x + b)", "w=2", "x=3", "b=1"]


def test_explain_prints_the_neuron_of_the_slides(capsys):
    assert main(["explain", *NEURON]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.split("\n")]
    assert "∂a/∂w = 3·1·1 = 3" in lines
    assert "∂a/∂b = 1·1 = 1" in lines


def test_explain_takes_lists_and_formats(capsys):
    assert main(["explain", "sum(W @ x)", "W=[[1,2],[3,4]]", "x=[1,-1]", "--format", "markdown"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("### Forward")
    assert r"$\frac{\partial a}{\partial x} = [4, 6]$" in printed
    assert main(["explain", "--format", "latex", "x**2", "x=-3"]) == 0
    assert r"\frac{\partial a}{\partial x} &= -6" in capsys.readouterr().out
    assert main(["explain", "--", "-x", "x=3"]) == 0
    assert "∂a/∂x = -1" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["explain", "explore"])
@pytest.mark.parametrize(
    "arguments, code, message",
    [
        (["rleu(x)", "x=1"], 2, "unknown function rleu (did you mean relu"),
        (["x*y", "x=1"], 2, "no value for y; give it as y=…"),
        (["x", "x=1", "y=2"], 2, "y does not occur in x"),
        (["x", "x=one"], 2, "x: wanted a number or a list of numbers such as [1, 2], got 'one'"),
        (["x", "x"], 2, "wanted name=value, got 'x'"),
        (["x", "x=1", "x=2"], 2, "x is given twice"),
        (["1 + 1"], 2, "1 + 1 has no variable"),
        (["x @ y", "x=[1,2]", "y=[1,2,3]"], 2, "matmul"),
        (["sign(x)", "x=1"], 1, "nothing to show"),
        (["step(x)", "x=1"], 1, "nothing to show"),
    ],
)
def test_refusals(capsys, tmp_path, monkeypatch, command, arguments, code, message):
    monkeypatch.chdir(tmp_path)
    assert main([command, *arguments]) == code
    captured = capsys.readouterr()
    assert captured.err.startswith(f"chalkgrad {command}: ")
    assert message in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["explain"], "the following arguments are required: expression"),
        (["explain", "x", "x=1", "--format", "html"], "argument --format: invalid choice: 'html'"),
        (["explain", "x", "x=1", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["explore", "x", "x=1", "-o"], "argument -o/--output: expected one argument"),
        (["explode"], "invalid choice: 'explode'"),
    ],
)
def test_unknown_options_get_one_line_and_exit_code_2(capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_explore_writes_the_page(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", *NEURON]) == 0
    assert capsys.readouterr().out == "page.html\n"
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "∂a/∂w = 3·1·1 = 3" in page
    assert main(["explore", *NEURON, "-o", "other.html"]) == 0
    assert "∂a/∂w = 3·1·1 = 3" in (tmp_path / "other.html").read_text("utf-8")
    assert main(["explore", *NEURON, "-o", "nowhere/page.html"]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_explore_opens_the_browser(tmp_path, capsys, monkeypatch):
    opened = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert main(["explore", *NEURON, "-o", "page.html", "--open"]) == 0
    assert opened == [(tmp_path / "page.html").as_uri()]
    monkeypatch.setattr(Page, "open", lambda self: tmp_path / "somewhere.html")
    assert main(["explore", *NEURON, "--open"]) == 0
    assert capsys.readouterr().out.split("\n")[1] == str(tmp_path / "somewhere.html")


def test_the_command_itself():
    command = [sys.executable, "-m", "nn.training.cli", "explain", *NEURON]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env={"PYTHONIOENCODING": "utf-8"})
    assert "∂a/∂w = 3·1·1 = 3" in done.stdout
