"""Comparisons with peers, as ratios measured in one run. `make bench` runs them all; they are no tests."""
