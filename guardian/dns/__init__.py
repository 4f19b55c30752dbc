"""The data plane: packets in, replies out. It knows views and masks, not people or lists."""
