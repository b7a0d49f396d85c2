"""From a result to the records and entries behind it, by the output folder alone; and outputs compared."""
