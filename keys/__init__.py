"""Campaign and person keys at rest: stored wrapped, loaded, rotated, shredded."""
