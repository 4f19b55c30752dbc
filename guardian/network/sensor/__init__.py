"""What devices tell everybody on the network of themselves: names, and how they ask for addresses.

Pure readers of packets, and the socket that they come from. A process of its own uses them
(`guardian sensor`); no resolver imports them.
"""
