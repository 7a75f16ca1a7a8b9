"""Four eyes: what one person asks, another approves, or nobody can within a delay that the DPO may use to object."""
