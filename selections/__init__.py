"""Saved choices of contacts: judged before they are kept and before they run, narrowed, opened, capped and noted."""
