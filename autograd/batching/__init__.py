"""How `vmap` turns calls on single examples into calls on whole batches: see `values` for the idea, `rules` for how."""
