"""The sections of the configuration file, a module each."""
