"""The desks: what one kind of person comes for.  No desk imports another."""
