"""Invented people and sites that act only through the commands of the conduct room."""
