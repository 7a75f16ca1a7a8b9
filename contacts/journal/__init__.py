"""What contacts were before an import changed them, sealed under their own keys, so that it can be undone."""
