"""What connecting takes with any provider: the way back from a sign-in page, and what a failed connection means."""
