"""autograd.linalg and Tensor's methods of linear algebra on the samples of PyTorch's operator database."""

import pytest

from autograd import Tensor, linalg
from tests.torch_parity.test_operator_database import (
    assert_close,
    database,
    derivatives,
    flat,
    to_ours,
    torch,
    weighted_sum,
)


def spectrum(w):
    """Eigenvalues in a form that does not depend on their order, and is real."""
    return [(w**k).sum(-1).real for k in (1, 2)]


def of_eig(result):
    return spectrum(result[0])


def vectors(places):
    """Results with the magnitudes of those at `places`, whose signs are LAPACK's pick."""
    return lambda result: [abs(x) if k in places else x for k, x in enumerate(result)]


def reduced(result):
    """Singular vectors of U, S, Vh that do not complete a basis, by their magnitudes."""
    u, s, vh = result
    k = s.shape[-1]
    return [abs(u[..., :k]), s, abs(vh[..., :k, :])]


def solve(a, b, left=True):
    if not left:
        return linalg.solve(a.mT, b.mT).mT
    if b.ndim > 1 and b.ndim == a.ndim - 1 and b.shape == a.shape[:-1]:
        return linalg.solve(a, b[..., None])[..., 0]
    return linalg.solve(a, b)


def lstsq(a, b, driver=None):
    return linalg.lstsq(a, b)[0]


def pinv(a, atol=None, rtol=None, rcond=None, hermitian=False):
    return linalg.pinv(a, rtol if rcond is None else rcond, hermitian)


def matrix_rank(a, tol=None, hermitian=False, atol=None, rtol=None):
    return linalg.matrix_rank(a, tol if atol is None else atol, hermitian, rtol=rtol)


def vander(x, N=None):
    return linalg.vander(x, N)


def norm(x, ord=None, dim=None, keepdim=False, dtype=None):
    return linalg.norm(x, ord, dim, keepdim)


def matrix_norm(x, ord="fro", dim=(-2, -1), keepdim=False, dtype=None):
    return linalg.norm(x, ord, tuple(dim), keepdim)


def vector_norm(x, ord=2, dim=None, keepdim=False, dtype=None):
    return linalg.vector_norm(x, tuple(dim) if isinstance(dim, list) else dim, keepdim, ord)


def lower(a, upper=False):
    return linalg.cholesky(a, upper=upper)


def lu_factor(a, pivot=True):
    return linalg.lu_factor(a)


def lu(a, pivot=True):
    return linalg.lu(a)


def cross(x, y, dim=-1):
    return linalg.cross(x, y, axis=dim)


def vecdot(x, y, dim=-1):
    return linalg.vecdot(x, y, axis=dim)


def diagonal(x, offset=0, dim1=-2, dim2=-1):
    return x.diagonal(offset, dim1, dim2)


def same(result):
    return result


NAMES = {
    "cholesky": (Tensor.cholesky, same),
    "cholesky_inverse": (Tensor.cholesky_inverse, same),
    "cholesky_solve": (Tensor.cholesky_solve, same),
    "logdet": (Tensor.logdet, same),
    "lu": (Tensor.lu, same),
    "lu_solve": (Tensor.lu_solve, same),
    "matrix_exp": (Tensor.matrix_exp, same),
    "pinverse": (Tensor.pinverse, same),
    "qr": (Tensor.qr, same),
    "svd": (Tensor.svd, lambda r: reduced((r[0], r[1], r[2].mT))),
    "linalg.cholesky": (lower, same),
    "linalg.cond": (lambda a, p=None: linalg.cond(a, p), same),
    "linalg.cross": (cross, same),
    "linalg.det": (linalg.det, same),
    "linalg.diagonal": (diagonal, same),
    "linalg.eig": (linalg.eig, of_eig),
    "linalg.eigh": (lambda a, UPLO="L": linalg.eigh(a, UPLO), vectors({1})),
    "linalg.eigvals": (linalg.eigvals, spectrum),
    "linalg.eigvalsh": (lambda a, UPLO="L": linalg.eigvalsh(a, UPLO), same),
    "linalg.householder_product": (linalg.householder_product, same),
    "linalg.inv": (linalg.inv, same),
    "linalg.lstsq": (lstsq, lambda r: r[0] if isinstance(r, tuple) else r),
    "linalg.lu": (lu, same),
    "linalg.lu_factor": (lu_factor, same),
    "linalg.lu_solve": (linalg.lu_solve, same),
    "linalg.matrix_norm": (matrix_norm, same),
    "linalg.matrix_power": (linalg.matrix_power, same),
    "linalg.matrix_rank": (matrix_rank, same),
    "linalg.multi_dot": (linalg.multi_dot, same),
    "linalg.norm": (norm, same),
    "linalg.pinv": (pinv, same),
    "linalg.qr": (lambda a, mode="reduced": linalg.qr(a, mode), same),
    "linalg.slogdet": (linalg.slogdet, same),
    "linalg.solve": (solve, same),
    "linalg.solve_triangular": (linalg.solve_triangular, same),
    "linalg.svd": (lambda a, full_matrices=True: linalg.svd(a, full_matrices), reduced),
    "linalg.svdvals": (linalg.svdvals, same),
    "linalg.tensorinv": (linalg.tensorinv, same),
    "linalg.tensorsolve": (lambda a, b, dims=None: linalg.tensorsolve(a, b, dims), same),
    "linalg.vander": (vander, same),
    "linalg.vecdot": (vecdot, same),
    "linalg.vector_norm": (vector_norm, same),
}
"""Ours with PyTorch's arguments, and what of the results of both is compared."""
SYMMETRIC = {"linalg.eigh", "linalg.eigvalsh"}
"""Whose first argument is to be symmetric; PyTorch looks at one triangle, as its own checks do we compare A + Aᵀ."""
TRIANGULAR = {"cholesky_inverse": 0, "cholesky_solve": 1}
"""The argument that is to be triangular: PyTorch gives gradients by elements that do not matter, so we cut them off."""


def prepared(op, args, kwargs):
    """The arguments of an operation in the domain where both libraries mean the same."""
    args = list(args)
    if op.name in SYMMETRIC or kwargs.get("hermitian"):
        args[0] = args[0] + args[0].mT
    if op.name in TRIANGULAR:
        place = TRIANGULAR[op.name]
        args[place] = args[place].triu() if kwargs.get("upper") else args[place].tril()
    if op.name == "linalg.pinv" and len(args) == 2:  # the two factors of a singular matrix
        args = [args[0] @ args[1].mT]
    return args


def left_out(op, sample):
    """Why a sample says nothing about us, if so."""
    if sample.input.__class__ is torch.Tensor and sample.input.ndim == 0 and (sample.args or sample.kwargs):
        return "axes of an array without axes"
    if op.variant_test_name == "subgradients_at_zero" and {"nuc", 2, -2} & set(sample.args) and sample.input.ndim > 1:
        return "of the subgradients of norms by singular values at 0 we take 0, PyTorch another"
    if op.name == "linalg.vander" and sample.input.ndim == 0:
        return "a number in the place of a vector"
    if op.name == "linalg.matrix_rank" and sample.kwargs.get("atol") is not None and "rtol" in sample.kwargs:
        return "the larger of two tolerances"
    return ""


ENTRIES = [op for op in database.op_db if op.name in NAMES]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op", ENTRIES, ids=lambda op: f"{op.name} {op.variant_test_name}".strip())
def test_same_values_and_derivatives(op):
    ours, compared = NAMES[op.name]
    samples = list(op.sample_inputs("cpu", torch.float64, requires_grad=op.supports_autograd))
    for sample in samples[:: 1 + len(samples) // 60]:
        if left_out(op, sample):
            continue
        leaves = []
        args, kwargs = to_ours((sample.input, *sample.args), leaves), to_ours(sample.kwargs, leaves)
        y = compared(ours(*prepared(op, args, kwargs), **kwargs))
        inputs = prepared(op, (sample.input, *sample.args), sample.kwargs)
        theirs = torch.linalg.pinv if op.name == "linalg.pinv" else op.op  # of which one variant is given factors
        z = compared(theirs(*inputs, **sample.kwargs))
        pairs = list(zip(flat(y), flat(z), strict=True))
        for pair in pairs:
            assert_close(*pair, 1e-9, "value")
        for order in (1,) if op.variant_test_name == "subgradients_at_zero" else (1, 2):  # PyTorch's second is NaN
            pairs = [(x, t) for x, t in pairs if getattr(t, "requires_grad", False)]
            if not pairs or not leaves:
                break
            try:
                pairs = derivatives(*weighted_sum(pairs), leaves)
            except RuntimeError:
                assert order == 2, "PyTorch has a first derivative"
                assert not op.supports_gradgrad, "PyTorch has a second derivative"
                break
            for pair in pairs:
                assert_close(*pair, 1e-8, f"derivative of order {order}")


def test_all_are_in_the_database():
    assert {op.name for op in ENTRIES} == set(NAMES)
