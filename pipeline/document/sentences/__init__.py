"""What a snapshot says, in sentences."""
