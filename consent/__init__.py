"""Consent: evidence that is only ever added to, where each person stands by it, and what whole lists rest on."""
