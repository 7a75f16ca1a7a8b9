"""Messages to persons: kept sealed beside the outbox, sent by its workers over SMTP or an SMS gateway, then deleted."""
