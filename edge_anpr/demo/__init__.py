"""Everything around the daemon for a show without a camera: clip, broker, receiver."""
