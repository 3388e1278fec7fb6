"""Turn many imperfect reads of a passing vehicle into one sighting.

Looks at plates go into `sightings.SightingMaker`, frame by frame, and sightings come
out. No threads, no clock and no files here, but for the watch lists.
"""
