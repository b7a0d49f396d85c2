"""The JSON API: the same commands, the same permissions and the same refusals as in the browser."""
