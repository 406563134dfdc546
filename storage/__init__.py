"""Where things rest: the facts in force, and what people create."""
