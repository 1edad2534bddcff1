"""One folder per outside thing; each translates between it and the ports, and knows none of the others."""
