"""The discipline: Register, Processing, events, the log of entries, its tree and its proofs."""
