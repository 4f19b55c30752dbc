"""A router's firewall: tables of our own for nftables, so that DNS is not side-stepped."""
