"""Kinds of fact, their sources, and the ReferenceBook built from them."""
