"""The standards' files, in and out: individual case safety reports as E2B(R3) messages and CIOMS I forms."""
