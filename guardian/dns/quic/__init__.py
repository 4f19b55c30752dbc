"""DNS over QUIC, by itself and as HTTP/3: datagrams in, queries out, and back.

Needs `aioquic` (the extra `guardian[quic]`); nothing here is imported unless a configuration asks
for it.
"""

import logging

# It would write a line whenever somebody's handshake fails, which anybody can have it do.
logging.getLogger("quic").setLevel(logging.CRITICAL)
