"""Linear algebra on stacks of matrices: the names of the array API's `linalg`, NumPy's, and PyTorch's beyond those.

>>> import autograd
>>> a = autograd.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
>>> autograd.gradients(autograd.linalg.slogdet(a).logabsdet, a)
(tensor([[ 0.6, -0.2],
        [-0.2,  0.4]]),)
"""

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

__all__ = [_n for _n in list(globals()) if not _n.startswith("_")]
