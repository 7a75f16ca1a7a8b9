"""Outreach: may these persons be reached, for this purpose, through this channel, now; and the record of the answer."""
