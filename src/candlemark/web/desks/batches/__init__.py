"""One import: how far its codes reach, what is wrong in it, how it differs from the one before."""
