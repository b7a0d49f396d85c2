"""The properties of a study as it is planned: what it can see, and how sure it will be. All exact."""
