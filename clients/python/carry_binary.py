"""Says which platform a wheel is for: any, or that of the binary in ``src/linecard/bin/``.

A wheel with a binary is what most people install; one without finds the binary on the PATH.
``LINECARD_WHEEL_PLATFORM`` names the platform, such as ``manylinux2014_x86_64`` for the static binary.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CarryBinary(BuildHookInterface[Any]):
    """Sets the wheel's tag."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Is called before the wheel is made; an editable one is of any platform."""
        carried = Path(self.root, "src", "linecard", "bin")
        if version == "editable" or not any(carried.glob("linecard*")):
            return
        here = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        platform = os.environ.get("LINECARD_WHEEL_PLATFORM", here)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["artifacts"] += ["src/linecard/bin/*"]
