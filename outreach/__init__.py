"""What was sent and answered: messages, interactions, what they tell of a person, and the register of targeting."""
