"""Keep every sighting, its crop and what is owed to whom, in one SQLite file."""
