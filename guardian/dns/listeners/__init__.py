"""How queries arrive: one module a transport."""
