"""The explicit list of every place that holds personal data, each with how it is erased."""
