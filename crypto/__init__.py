"""Seal, open and index: pure functions over bytes, with no database and no clock."""
