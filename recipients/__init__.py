"""Who received a person's data, and how each is told of an erasure, a rectification, a restriction (GDPR art. 19)."""
