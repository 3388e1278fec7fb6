"""The device's own page: is it alive, does it read, and why not.

Everything it shows comes through `device.Device`, which the daemon fills; the page
itself knows nothing of the daemon's threads.
"""
