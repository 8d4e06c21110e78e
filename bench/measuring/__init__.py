"""What is measured of measuring: a log of known intensities, and tasks on it, one module a subject."""
