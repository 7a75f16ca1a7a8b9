"""Signing up by the public form with a double opt-in, and the links by which a person stops what they agreed to."""
