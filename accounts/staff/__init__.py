"""The members of staff: accounts, sign-in, second factor, sessions, lockout, what is kept on them."""
