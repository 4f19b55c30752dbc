"""DNS over HTTPS (RFC 8484) as a protocol without sockets: bytes in, queries out, and back."""
