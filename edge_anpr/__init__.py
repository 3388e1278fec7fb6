"""Read number plates on a small computer at the edge of the network."""

__version__ = "0.1.0"
