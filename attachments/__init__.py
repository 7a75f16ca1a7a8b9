"""The sealed store of scans: forms, undertakings, mandates, evidence; checked, sealed in chunks, kept their time."""
