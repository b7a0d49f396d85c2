"""The same laid-out tables as PDF, RTF, CSV and workbook: one tree, several ways to write it down."""
