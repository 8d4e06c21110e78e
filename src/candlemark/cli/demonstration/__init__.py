"""What the demonstration vault is made of: two public cases, a public list, an invented country."""
