"""What an installation is made of, put together once, at a door."""
