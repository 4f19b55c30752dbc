"""Response policy zones as name servers hand them on: whole (AXFR, RFC 5936) or by what changed
(IXFR, RFC 1995), signed where the primary wants it (TSIG, RFC 8945), and at once when it says that
something changed (NOTIFY, RFC 1996).
"""
