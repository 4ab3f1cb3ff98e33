"""A local stand-in for Slack: Web API, Socket Mode and a web page, for the demo and the tests.

Where it differs from Slack, on purpose or not:

- One workspace, one app, one bot; direct messages and channels only (no group messages, no
  Enterprise Grid, no OAuth, no HTTP request URLs). A user group ``leads`` holds the leads.
- No link unfurling, no ``app_mention``, no external menus (``block_suggestion``), no workflow
  steps; table, video and the newer AI blocks are refused. File and rich-text inputs are checked
  and not drawn.
- Unacknowledged events are resent when a socket connects or a test asks, not after 1 and 5
  minutes.
- Where Slack answers ``ok`` to views.open from inside a modal and shows nothing, so does this,
  and it logs a warning.
- A picture that is not a file of this server is shown by its description: the page loads nothing
  from elsewhere. An address that only this machine could fetch is refused, as Slack could not.
- Ephemeral messages stay until dismissed. Limits that Slack does not publish are measured ones.
"""
