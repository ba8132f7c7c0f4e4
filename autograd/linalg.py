"""Linear algebra on stacks of matrices: the names of the array API's `linalg`, NumPy's, and PyTorch's beyond those.

>>> import autograd
>>> a = autograd.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
>>> autograd.gradients(autograd.linalg.slogdet(a).logabsdet, a)
(tensor([[ 0.6, -0.2],
        [-0.2,  0.4]]),)
"""

from __future__ import annotations

from importlib import import_module as _import_module
from importlib.util import find_spec as _find_spec
from typing import TYPE_CHECKING, Any as _Any

from autograd.ops import (
    kron as kron,
    matmul as matmul,
    matrix_norm as matrix_norm,
    matrix_transpose as matrix_transpose,
    norm as norm,
    tensordot as tensordot,
    vecdot as vecdot,
    vector_norm as vector_norm,
)
from autograd.ops.factorizations import QRResult as QRResult, cholesky as cholesky, qr as qr
from autograd.ops.linear_systems import (
    SlogdetResult as SlogdetResult,
    cholesky_inverse as cholesky_inverse,
    cholesky_solve as cholesky_solve,
    cross as cross,
    det as det,
    inv as inv,
    logdet as logdet,
    slogdet as slogdet,
    solve as solve,
    solve_triangular as solve_triangular,
    tensorinv as tensorinv,
    tensorsolve as tensorsolve,
)
from autograd.ops.matrix_functions import (
    diagonal as diagonal,
    householder_product as householder_product,
    matrix_exp as matrix_exp,
    matrix_power as matrix_power,
    multi_dot as multi_dot,
    outer as outer,
    trace as trace,
    vander as vander,
)
from autograd.ops.pseudoinverse import (
    LstsqResult as LstsqResult,
    cond as cond,
    lstsq as lstsq,
    matrix_rank as matrix_rank,
    pinv as pinv,
)
from autograd.ops.spectra import (
    EighResult as EighResult,
    EigResult as EigResult,
    SVDResult as SVDResult,
    eig as eig,
    eigh as eigh,
    eigvals as eigvals,
    eigvalsh as eigvalsh,
    svd as svd,
    svdvals as svdvals,
)

if TYPE_CHECKING:
    from autograd.ops.lu import (
        LUFactor as LUFactor,
        LUResult as LUResult,
        lu as lu,
        lu_factor as lu_factor,
        lu_solve as lu_solve,
    )

_ON_SCIPY = ("LUFactor", "LUResult", "lu", "lu_factor", "lu_solve")


def __getattr__(name: str) -> _Any:
    if name not in _ON_SCIPY:
        raise AttributeError(f"module 'autograd.linalg' has no attribute {name!r}")
    if _find_spec("scipy") is None:
        raise ImportError(f"autograd.linalg.{name} needs SciPy; install it with `pip install chalkgrad[scipy]`")
    return getattr(_import_module("autograd.ops.lu"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_SCIPY})


__all__ = [_n for _n in list(globals()) if not _n.startswith("_") and _n not in ("TYPE_CHECKING", "annotations")]
__all__ += [_n for _n in _ON_SCIPY if _n not in __all__]
