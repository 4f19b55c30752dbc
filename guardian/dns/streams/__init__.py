"""Servers that are asked over a connection: TCP, TLS (DoT) and HTTPS (DoH)."""
