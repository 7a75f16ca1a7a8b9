"""The file itself: record, reveal, amend, find, restrict, erase."""
