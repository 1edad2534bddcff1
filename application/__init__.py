"""What Alfred does: synchronous functions and small classes that take ports as arguments."""
