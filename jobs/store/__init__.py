"""The SQL of jobs, of the outbox and of webhooks."""
