"""How long contacts last: legal holds, endings that no date announces, and what leaves them when its day has come."""
