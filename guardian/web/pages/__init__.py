"""The pages, a file each; `routes` has their addresses."""
