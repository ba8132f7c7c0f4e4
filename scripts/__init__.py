"""Programs that write files of this repository; run from its root with `python -m scripts.NAME`."""
