"""How each kind of Term is written: the pieces the printers put together."""
