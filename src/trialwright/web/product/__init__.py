"""The product at the sites: lots and their units, registered, released, received, and taken out of stock."""
