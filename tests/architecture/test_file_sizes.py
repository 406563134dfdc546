"""A file is split by noun before it gets too long to read."""

LONGEST = 400


def test_no_file_is_too_long(python_files):
    lengths = {file: text.count("\n") for file, text in python_files.items()}

    assert {file: length for file, length in lengths.items() if length > LONGEST} == {}
