"""The routes, each a thin function around one use-case."""
