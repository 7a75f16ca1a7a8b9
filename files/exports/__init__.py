"""Exports as jobs: ordered, approved where they are large, written chunk by chunk, kept sealed, collected, gone."""
