"""The casework desk: cases as they stand, with their doubts, and what is due."""
