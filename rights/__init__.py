"""What a person may ask of the campaign, who they are, by when they are answered, and what is done about it."""
