"""Sheets for the door: numbered lines in the order of the streets, printed, keyed in by number, gone at their day."""
