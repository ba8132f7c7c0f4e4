"""NumPy functions that Tensors refuse: the reason, and what to write instead. The docs list them too.

Functions that are not in every version of NumPy are named by text.
"""

from __future__ import annotations

import numpy as np

from autograd.protocols import REFUSED, REFUSED_MODULES

_FILES = (
    "it writes a file, and a file holds no graph; write np.{}(file, t.detach().numpy()), or "
    "nn.io.save_weights(file, {{...}})"
)
_TEXTS = "it makes a text of the values; write repr(t), or np.{}(t.detach().numpy())"
_DATES = "it works on dates, and a tensor holds numbers; keep dates in a NumPy array"
_BYTES = "it packs and unpacks bits of integers, which have no gradient; write np.{}(t.numpy())"

_REASONS: dict[str, str] = {
    _FILES: "save savez savez_compressed savetxt",
    _TEXTS: "array2string array_repr array_str",
    _DATES: "busday_count busday_offset datetime_as_string is_busday isnat",
    _BYTES: "packbits unpackbits",
}

for _reason, _names in _REASONS.items():
    for _name in _names.split():
        if hasattr(np, _name):
            REFUSED[getattr(np, _name)] = _reason.format(_name)

_STRINGS = "it works on strings, and a tensor holds numbers; keep strings in a NumPy array"
REFUSED_MODULES |= {
    "numpy.strings": _STRINGS,
    "numpy.char": _STRINGS,
    "numpy._core.defchararray": _STRINGS,
    "numpy._core.strings": _STRINGS,
    "numpy.lib.recfunctions": (
        "it works on arrays with named fields, and a tensor has none; keep a dict of tensors, one for each field"
    ),
}
