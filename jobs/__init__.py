"""Work that survives a crash: long jobs in chunks, the outbox and its workers, webhooks."""
