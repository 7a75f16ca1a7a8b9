"""What the screen could not decide: held sealed, decided by the privacy reviewer, gone by itself when nobody does."""
