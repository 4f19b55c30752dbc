"""The block page: what a device is shown over plain HTTP in place of a site that is not open."""
