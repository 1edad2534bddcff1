"""What the application needs of the world, one protocol per need."""
