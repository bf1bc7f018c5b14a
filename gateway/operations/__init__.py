"""What an operator sees and steers: a line and a count for each turn, the switch that closes the service, leaving in order.

Nothing here holds a word, a number, an address or a name of anyone who asks.
"""
