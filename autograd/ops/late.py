"""Families that are declared only when one of their names is first asked for, so that importing the library is cheap.

What stands here needs NumPy alone; families on top of SciPy stand in `late_scipy`.
"""

from typing import TYPE_CHECKING

from autograd.ops import (  # what these offer stands in autograd.linalg, autograd.fft and nn.functional
    adaptive_pooling as adaptive_pooling,
    bags as bags,
    factorizations as factorizations,
    fft as fft,
    folding as folding,
    linear_systems as linear_systems,
    matrix_functions as matrix_functions,
    pseudoinverse as pseudoinverse,
    resizing as resizing,
    solving as solving,
    sparsemax as sparsemax,
    spectra as spectra,
)
from autograd.ops.attention import *
from autograd.ops.choosing import *
from autograd.ops.differences import *
from autograd.ops.grids import *
from autograd.ops.group_norms import *
from autograd.ops.histograms import *
from autograd.ops.interpolation import *
from autograd.ops.nan_reductions import *
from autograd.ops.ordering import *
from autograd.ops.parts import *
from autograd.ops.polynomials import *
from autograd.ops.quantiles import *
from autograd.ops.recurrent import *
from autograd.ops.scans import *
from autograd.ops.scattering import *
from autograd.ops.scimath import *
from autograd.ops.sliding import *
from autograd.ops.statistics import *
from autograd.ops.ufuncs import *
from autograd.ops.values import *
from autograd.ops.vector_products import *
from autograd.ops.vectorizing import *

if not TYPE_CHECKING:  # type checkers read the lists of the files
    __all__ = [
        n for n, v in list(globals().items()) if not n.startswith("_") and callable(v) and not isinstance(v, type)
    ]
