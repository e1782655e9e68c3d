"""Says which platform a wheel is for: any, or that of the binary in ``src/linecard/bin/``.

A wheel with a binary is what most people install; one without finds the binary on the PATH.
``LINECARD_WHEEL_PLATFORM`` names the platform of a binary that cannot tell it itself, such as
``macosx_11_0_arm64``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from wheel_platform import platform_of


class CarryBinary(BuildHookInterface[Any]):
    """Sets the wheel's tag."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Is called before the wheel is made; an editable one is of any platform."""
        carried = sorted(Path(self.root, "src", "linecard", "bin").glob("linecard*"))
        if version == "editable" or not carried:
            return
        platform = os.environ.get("LINECARD_WHEEL_PLATFORM") or platform_of(carried[0])
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["artifacts"] += ["src/linecard/bin/*"]
