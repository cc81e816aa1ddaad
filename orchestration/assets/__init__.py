"""The assets: windows of days in, materialisations out. What is done for a day is in landing, warehouse and reports."""
