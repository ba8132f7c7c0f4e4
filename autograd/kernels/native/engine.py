"""LLVM: generated code to machine code, and machine code into this process."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from llvmlite import binding as llvm

from autograd.kernels.native.host import host


@functools.cache
def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu = host()
    return llvm.Target.from_default_triple().create_target_machine(cpu=cpu.cpu, features=cpu.features, opt=3)


@functools.cache
def _engine() -> Any:
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())


@functools.cache
def version() -> str:
    """What object code depends on beside the kernel's own arguments: this folder's text, LLVM and the CPU."""
    digest = hashlib.sha256(repr((llvm.llvm_version_info, host())).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def triple() -> str:
    """How LLVM names this platform."""
    return str(_machine().triple)


def object_code(text: str) -> bytes:
    """Machine code of LLVM's assembly language."""
    return bytes(_machine().emit_object(_optimized(text)))


def assembly(text: str) -> str:
    """The same as text, to read when tuning a kernel."""
    return str(_machine().emit_assembly(_optimized(text)))


def _optimized(text: str) -> Any:
    """Parsed and simplified. Kernels are written as they should run: what LLVM's usual passes would do beyond these
    takes as long as all the rest and has made no kernel faster.
    """
    machine = _machine()
    parsed = llvm.parse_assembly(text)
    parsed.triple = machine.triple
    passes = llvm.create_new_module_pass_manager()
    passes.add_instruction_combine_pass()
    passes.add_simplify_cfg_pass()
    passes.add_new_gvn_pass()
    passes.add_dead_code_elimination_pass()
    passes.run(parsed, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2)))
    return parsed


def load(code: bytes, *symbols: str) -> list[int]:
    """Put object code into this process for good; returns the addresses of functions in it."""
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return [int(engine.get_function_address(symbol)) for symbol in symbols]


def provide(symbol: str, address: int) -> None:
    """Let generated code call a function of this process by name."""
    llvm.add_symbol(symbol, address)
