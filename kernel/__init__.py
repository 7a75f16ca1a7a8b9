"""What is not the domain: actor, clock, database, errors, identity, log, settings."""
