"""The dossier of a person (GDPR art. 15 and 20): compiled from every holding, written for people and for programs."""
