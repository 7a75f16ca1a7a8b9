"""Backups in two artefacts, data and keys, each sealed to recipients whose identities the operator holds elsewhere."""
