"""What is sent to a body: drafted by one member, read and approved by another, then taken out."""
