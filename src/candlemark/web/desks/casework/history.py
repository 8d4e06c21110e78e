"""Who said what when in a case."""
