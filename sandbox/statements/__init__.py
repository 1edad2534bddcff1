"""Bank statements of make-believe banks, with the right answer to each line. They prove no real bank's layout."""
