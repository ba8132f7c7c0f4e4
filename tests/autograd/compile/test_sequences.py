"""Layers over sequences and attention in compiled steps: one native call each, the same numbers."""

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd.kernels.native.host import available

if not available():
    pytest.skip("native kernels are off", allow_module_level=True)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.layer = getattr(nn, kind)(3, 8, num_layers=2, bidirectional=True)
        self.head = nn.Linear(16, 1)

    def forward(self, x):
        y, states = self.layer(x)
        last = states[1] if isinstance(states, tuple) else states
        return self.head(y).mean() + (last * last).mean()


class Attentive(nn.Module):
    def __init__(self, causal):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True)
        self.embed, self.causal = nn.Linear(3, 16), causal

    def forward(self, x):
        return (self.layer(self.embed(x), is_causal=self.causal) ** 2).mean()


MODELS = {kind: lambda kind=kind: Recurrent(kind) for kind in ("RNN", "GRU", "LSTM")}
MODELS |= {"attention": lambda: Attentive(False), "causal attention": lambda: Attentive(True)}


@pytest.mark.parametrize("name", MODELS)
def test_steps_are_those_of_eager(name):
    x = np.random.default_rng(0).normal(size=(5, 4, 3)).astype(np.float32)
    losses, plans = [], []
    for compiled in (False, True):
        autograd.manual_seed(0)
        model = MODELS[name]()
        optimizer = optim.SGD(model.parameters(), lr=0.1)

        def step(x, model=model, optimizer=optimizer):
            optimizer.zero_grad()
            loss = model(x)
            loss.backward()
            optimizer.step()
            return loss

        run = autograd.compile(step) if compiled else step
        losses.append([float(run(autograd.tensor(x + k)).item()) for k in range(4)])
        if compiled:
            plans.append(str(run.explain()))
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
    kernel = {"attention": "attention", "causal attention": "attention"}.get(name, name.lower())
    lines = [line for line in plans[0].splitlines() if kernel in line]
    assert lines
    assert not [line for line in lines if "NumPy" in line]
