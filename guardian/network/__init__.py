"""Who is asking: addresses, hardware addresses and names of the devices in the house."""
