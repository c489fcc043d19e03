"""Serving over HTTP: requests are read whole by one loop, then answered by threads, in several processes."""
