"""Where an export stands; the words stand in rows and never change."""

WAITING, QUEUED, RUNNING, FINISHED = "waiting", "queued", "running", "finished"
COLLECTED, EXPIRED, ERASED, FAILED, CANCELLED = "collected", "expired", "erased", "failed", "cancelled"
OPEN = (WAITING, QUEUED, RUNNING)
KEPT = (*OPEN, FINISHED)
"""The states in which something of an export lies in the spool, or is about to."""
