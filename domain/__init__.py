"""What things are, and the rules that mention only them. Standard library only."""
