"""The calculation: values in, values out. Start at ``pipeline.py``."""
