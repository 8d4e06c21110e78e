"""The figures desk: what justice did, in sentences, pictures, tables and files."""
