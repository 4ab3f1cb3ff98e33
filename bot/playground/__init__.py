"""A local stand-in for Slack: Web API, Socket Mode, HTTP and a page, for the demo and the tests.

How to use it, what it can break on purpose, and where it differs from Slack: docs/playground.md.
"""
