"""What arrives: polled, read, stored, and led through the rounds."""
