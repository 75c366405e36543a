"""Build hook: a wheel of Kept carries its built scripts, styles and compiled translations."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KeptBuildHook(BuildHookInterface):
    """Runs ``bin/assets`` and compiles translations; in a checkout bin/setup does that."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not in the repository. ``version`` is ``standard`` or ``editable``."""
        if version == "editable":
            return
        root = Path(self.root)
        environment = {**os.environ, "PYTHONPATH": str(root / "src")}
        if shutil.which("npm") is None:
            self.app.abort("Building a wheel of Kept needs Node 18 or newer with npm.")
        subprocess.run([root / "bin" / "assets"], check=True, env=environment)
        messages = [sys.executable, "-m", "kept.kit.messages", "compile"]
        subprocess.run(messages, check=True, env=environment, cwd=root)
