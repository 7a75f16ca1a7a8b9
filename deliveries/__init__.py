"""Files that wait for the person they are about: sealed, fetched once by a link and a code, gone after two weeks."""
