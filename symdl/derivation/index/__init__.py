"""Arrays of any size as one scalar expression of their indices, brought to a canonical form."""
