"""``python -m bot`` is ``alliance-bot``."""

import sys

from bot.cli import main

sys.exit(main())
