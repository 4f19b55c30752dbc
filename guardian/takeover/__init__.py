"""What people had with another product, as a configuration of guardian's.

A reader for each product (`adguardhome`, `pihole`, `nextdns`) tells what its file wishes as
`wishes.Wishes`; `written` makes YAML of that. Nothing is fetched, and nothing is lost in silence:
what cannot be kept stands in the report with its reason.
"""
