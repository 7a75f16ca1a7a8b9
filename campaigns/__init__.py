"""Controllers, campaigns and their elections."""
