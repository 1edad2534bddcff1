"""What the files of a household's folder are called."""

DATABASE = "alfred.db"
HALT = "HALT"
