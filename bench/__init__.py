"""Measurements. Run ``make bench``."""
