"""CDISC Analysis Results Standard (ARS) 1.0: the plan, and its results, as a reporting event in JSON."""
