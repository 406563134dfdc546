"""Every format spoken with the outside: requests read into values, answers described."""
