"""Run the command line: python -m edge_anpr."""

from edge_anpr.cli import main

main(prog_name="edge-anpr")
