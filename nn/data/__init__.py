"""Datasets that come with the library, and how to cut them into parts and batches."""

from nn.data.batches import batches, stratified_split
from nn.data.digits import Digits, load_digits

__all__ = ["Digits", "batches", "load_digits", "stratified_split"]
