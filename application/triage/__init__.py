"""What it is: the ladder of brains, cheapest first."""
