"""A local stand-in for Slack: Web API, Socket Mode and a web page, for the demo and the tests."""
