"""What the generator must know of the CPU at hand, and how to make it believe in a lesser one.

Environment: `CHALKGRAD_VECTOR` = avx512, avx2, neon or plain forces a vector width; `CHALKGRAD_NATIVE=0` switches
native kernels off.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Host:
    """A CPU as the generator sees it.

    `vector_bytes` the width of its vectors · `registers` how many of them there are · `cpu` and `features` as LLVM
    names them · `kind` avx512, avx2, neon or plain · `near` and `middle` the bytes of the first and second cache that
    one block of a kernel may count on.
    """

    kind: str
    vector_bytes: int
    registers: int
    cpu: str
    features: str
    near: int = 32 << 10
    middle: int = 1 << 20

    def lanes(self, dtype: np.typing.DTypeLike) -> int:
        """How many numbers of a dtype fill one vector."""
        return self.vector_bytes // np.dtype(dtype).itemsize


KINDS = {"avx512": (64, 32), "avx2": (32, 16), "neon": (16, 32), "plain": (16, 16)}
"""Bytes of a vector and number of vector registers."""
NEEDS = {"avx512": ("avx512f", "avx512vl", "avx512dq", "avx512bw"), "avx2": ("avx2", "fma"), "neon": ("neon",)}


@functools.cache
def host() -> Host:
    """This machine's CPU, or the lesser one that `CHALKGRAD_VECTOR` asks for.

    Raises ValueError for a kind that is unknown or that this CPU does not have.
    """
    from llvmlite import binding as llvm

    features = llvm.get_host_cpu_features()
    cpu = llvm.get_host_cpu_name()
    able = [kind for kind, needed in NEEDS.items() if all(features.get(f) for f in needed)]
    if llvm.get_default_triple().startswith(("aarch64", "arm64")):
        able.append("neon")
    wanted = os.environ.get("CHALKGRAD_VECTOR", "")
    kind = wanted or next(iter(able), "plain")
    if kind not in KINDS or (kind != "plain" and kind not in able):
        choices = ", ".join([*dict.fromkeys(able), "plain"])
        raise ValueError(f"CHALKGRAD_VECTOR={wanted!r}: this CPU ({cpu}) has {choices}")
    vector_bytes, registers = KINDS[kind]
    if kind == "plain":
        return Host(kind, vector_bytes, registers, "", "")
    flags = dict(features)
    if kind == "avx2":
        flags |= {f: False for f in flags if f.startswith(("avx512", "avx10", "amx", "evex512"))}
    text = ",".join(f"{'+' if on else '-'}{f}" for f, on in sorted(flags.items()))
    return Host(kind, vector_bytes, registers, cpu, text + (",-prefer-256-bit" if kind == "avx512" else ""))


@functools.cache
def available() -> bool:
    """Whether native kernels can be had: llvmlite is installed and `CHALKGRAD_NATIVE` is not 0."""
    if os.environ.get("CHALKGRAD_NATIVE", "1") == "0":
        return False
    try:
        import llvmlite.binding  # noqa: F401
    except ImportError:
        return False
    return True
