"""Read the plates of stored pictures: paths in, a report or annotated copies out."""
