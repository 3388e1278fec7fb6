"""Carry stored sightings to where they are wanted, however long it takes."""
