"""The command line: parse, open a processing, call one use-case, show the result or the problem."""
