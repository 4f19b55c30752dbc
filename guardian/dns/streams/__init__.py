"""Servers that are asked over a connection: TCP, TLS (DoT), HTTPS (DoH) and QUIC (DoQ)."""
