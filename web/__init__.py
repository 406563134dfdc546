"""The HTTP door: one blueprint per noun."""
