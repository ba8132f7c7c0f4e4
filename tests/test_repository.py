"""What holds for the repository as a whole: what it installs, what its packages import and contain."""

import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import autograd
from autograd._conflict import find_hips_autograd

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("autograd", "nn", "optim")
OPTIONAL = {"graphviz", "hypothesis", "llvmlite", "matplotlib", "pytest", "scipy", "threadpoolctl", "torch", "tqdm"}


def run_python(code: str, *, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`code` in a new interpreter that finds modules in `path` before those installed."""
    source = f"import sys; sys.path.insert(0, {str(path)!r})\n{code}"
    return subprocess.run([sys.executable, "-c", source], cwd=path, capture_output=True, text=True, timeout=120)


def test_base_install_needs_numpy_alone():
    assert [re.match(r"[\w-]+", requirement)[0] for requirement in PROJECT["dependencies"]] == ["numpy"]


def test_console_script_points_at_a_function():
    for target in PROJECT["scripts"].values():
        assert callable(pkgutil.resolve_name(target))
    installed = {script.name: script.value for script in entry_points(group="console_scripts")}
    assert PROJECT["scripts"].items() <= installed.items()


def test_changelog_has_the_version_that_is_installed():
    assert version(PROJECT["name"]) == autograd.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(autograd.__version__)}\b", changelog, re.MULTILINE)


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_works_without_assertions_and_docstrings(flag):
    code = "import autograd, nn, optim; x = autograd.tensor(3.0, requires_grad=True); (x * x).backward(); print(x.grad)"
    run = subprocess.run([sys.executable, flag, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.stdout.strip() == "tensor(6.)", run.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_typed_pure_python_and_data(package):
    files = [file for file in (ROOT / package).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert ROOT / package / "py.typed" in files
    assert {file.suffix for file in files if file.name != "py.typed"} <= {".py", ".pyi", ".npz", ".html", ".css", ".js"}


@pytest.mark.parametrize("package", PACKAGES)
def test_import_is_light(package):
    result = run_python(f"import {package}; print(*sys.modules)")
    assert result.returncode == 0, result.stderr
    assert OPTIONAL.isdisjoint(result.stdout.split())


def test_everything_but_the_extras_works_without_the_extras():
    result = run_python(
        f"sys.modules.update(dict.fromkeys({OPTIONAL}))\n"  # None there makes an import fail
        "import autograd, nn, optim, nn.training.cli\n"
        "x = autograd.tensor([1.0, 2.0], requires_grad=True)\n"
        "optimizer = optim.SGD([x], lr=0.25)\n"
        "(x * x).sum().backward()\n"
        "optimizer.step()\n"
        "print(x.tolist())\n"
    )
    assert (result.stdout, result.returncode) == ("[0.5, 1.0]\n", 0), result.stderr


@pytest.mark.parametrize(
    ("folder", "is_hips"),
    [
        ("autograd-1.8.0.dist-info", True),
        ("autograd-1.3-py3.11.egg-info", True),
        ("autograd_gamma-0.5.0.dist-info", False),
        ("autograd", False),
        ("chalkgrad-0.1.0.dist-info", False),
    ],
)
def test_finds_hips_autograd(tmp_path, folder, is_hips):
    (tmp_path / folder).mkdir()
    expected = str(tmp_path / folder) if is_hips else None
    assert find_hips_autograd([str(tmp_path / "missing"), "", str(tmp_path)]) == expected


def test_import_reports_hips_autograd_and_what_to_do(tmp_path):
    (tmp_path / "autograd-1.8.0.dist-info").mkdir()
    result = run_python(f"sys.path.append({str(tmp_path)!r})\nimport autograd\nprint(autograd.__file__)")
    assert result.returncode == 0
    assert result.stdout.strip() == str(ROOT / "autograd" / "__init__.py")
    assert f"RuntimeWarning: chalkgrad and HIPS autograd ({tmp_path / 'autograd-1.8.0.dist-info'})" in result.stderr
    assert "`pip uninstall autograd`, then `pip install --force-reinstall --no-deps chalkgrad`" in result.stderr


@pytest.mark.parametrize("package", ["nn", "optim"])
def test_import_on_top_of_hips_autograd_fails_and_says_what_to_do(tmp_path, package):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("def grad(fun, argnum=0): ...\n")
    result = run_python(f"sys.path.append({str(ROOT)!r})\nimport {package}", path=tmp_path)
    assert result.returncode == 1
    assert "ImportError" in result.stderr
    assert str(tmp_path / "autograd" / "__init__.py") in result.stderr
    assert "pip uninstall autograd" in result.stderr
