"""The contacts' SQL, by what it is about: sealed rows in, sealed rows out."""
