"""The report of a training run: one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from nn.io import atomic_write

if TYPE_CHECKING:
    from nn.training.digits import Outcome

_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>chalkgrad: $title</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
  .picture { background: #fff; border-radius: 8px; padding: .5rem; overflow-x: auto; }
  .picture img, .picture svg { max-width: 100%; height: auto; display: block; margin: auto; }
  table { border-collapse: collapse; } td { padding: .1rem 1.2rem .1rem 0; }
  td + td { font-variant-numeric: tabular-nums; } pre { overflow-x: auto; font-size: .85rem; }
</style>
<h1>$title</h1>
<p>$verdict</p>
<table>$rows</table>
$sections
</html>
""")

_CAPTIONS = {
    "learning_curve.png": (
        "Learning curve",
        "Loss and accuracy per epoch, on the digits trained on and on unseen ones.",
    ),
    "confusion_matrix.png": ("Which digit is taken for which", "Rows: the true digit. Columns: what the network said."),
    "misclassified.png": ("Misclassified test digits", "What a person wrote, and what the network read."),
}


def write_report(outcome: Outcome, out: Path, graph_svg: str) -> Path:
    """Write out/report.html with the pictures that are in `out`; returns its path."""
    history, settings = outcome.history, outcome.settings
    count = sum(p.size for p in outcome.model.parameters())
    rows = {
        "model": f"{settings['model']}, {count:,} parameters",
        "epochs": f"{history.epochs} of {settings['epochs']}" + (" (interrupted)" if history.interrupted else ""),
        "optimizer": f"Adam, learning rate {settings['lr']:g}, batches of {settings['batch_size']}",
        "seed": str(settings["seed"]),
    }
    sections = [
        f'<h2>{title}</h2><p>{caption}</p><div class="picture"><img alt="{title}" src="{_inline(out / name)}"></div>'
        for name, (title, caption) in _CAPTIONS.items()
        if history.epochs and (out / name).exists()
    ]
    sections.append(
        "<h2>Backprop through one neuron</h2><p>Forward, left to right, each box computes its value; backward, each "
        f"gradient is the one behind it times the local derivative on the edge.</p>"
        f'<div class="picture">{graph_svg}</div>'
    )
    sections.append(
        '<h2>Backprop through the network</h2><p><a href="explore.html">The explorer</a> steps through the forward and '
        "the backward pass of the trained network on four digits, with every value, gradient and rule.</p>"
    )
    page = _PAGE.substitute(
        title="Handwritten digits",
        verdict=f"{outcome.test_accuracy:.2%} of {len(outcome.test.labels)} unseen digits recognised.",
        rows="".join(f"<tr><td>{escape(k)}</td><td>{escape(v)}</td></tr>" for k, v in rows.items()),
        sections="\n".join(sections),
    )
    path = out / "report.html"
    with atomic_write(path) as file:
        file.write(page.encode())
    return path


def _inline(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()
