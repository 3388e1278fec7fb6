"""From frames to sightings, without threads, clocks or files."""
