"""What the product does: one function per use, callable from any door."""
