"""Families on top of SciPy; declared when a SciPy function meets a Tensor, or a module is used that needs it."""

from autograd.ops import (  # what these offer stands in autograd.special and autograd.scipy
    lu as lu,
    scipy_matrix_functions as scipy_matrix_functions,
    signal as signal,
    sparse as sparse,
    special_bessel as special_bessel,
    special_complex as special_complex,
    special_distributions as special_distributions,
    special_entropy as special_entropy,
    special_error as special_error,
    special_gamma as special_gamma,
    special_incomplete as special_incomplete,
    special_integrals as special_integrals,
    special_others as special_others,
    special_spherical as special_spherical,
    structured as structured,
)
