"""Addresses of the controller that leave among others, and tell of themselves when they come back."""
