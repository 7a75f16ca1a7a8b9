"""The notices: what persons are told of their data, in versions that never change, and by when each origin is told."""
