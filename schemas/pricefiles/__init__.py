"""Official files, read as their publishers make them: containers, tables, and one module for each file."""
