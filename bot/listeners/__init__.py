"""One file a Slack surface. A listener reads what Slack sent, asks the domain, and answers."""
