"""Long work in chunks that survives a crash: a job, and its chunks, each unique."""
