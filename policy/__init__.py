"""The law as data, and the question put to it: pure, without database or web."""
