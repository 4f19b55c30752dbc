"""What DHCP servers write down of their leases: a file for each server's format."""
