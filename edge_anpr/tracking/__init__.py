"""Turn many imperfect reads of a passing vehicle into one sighting.

Looks at plates go into `sightings.SightingMaker`, frame by frame, and sightings come
out. No threads and no clock here, and no files but the formats and the watch lists.
"""
