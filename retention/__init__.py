"""When data must go, and the sweep that sees to it."""
