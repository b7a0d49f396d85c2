"""The criteria's verdicts and the overall verdict, for one person at the desk and for files of people."""
