"""Read the files that come in."""
