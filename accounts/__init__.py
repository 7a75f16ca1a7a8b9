"""The programs that act, their secrets and their tokens."""
