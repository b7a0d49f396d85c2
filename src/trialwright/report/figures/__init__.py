"""One file a figure: each gives inline SVG whose text is text and whose colours are the page's variables."""
