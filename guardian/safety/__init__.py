"""Knowledge that protects: helplines, safe search, what devices need. Data files and small loaders.

The data are plain text so that anybody can read, check and correct them.
"""
