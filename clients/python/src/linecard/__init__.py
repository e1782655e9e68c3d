"""Linecard in Python: a panel that a test starts, steers, breaks and questions.

>>> from linecard import Panel
>>> with Panel.start(seed="docs") as panel:
...     panel.call("get_line", id=4521)["data"]["username"]
'customer4521'
"""

from ._binary import BinaryNotFound, find_binary
from ._clock import Clock
from ._faults import Fault, Faults
from ._panel import Panel
from ._process import NotStarted
from ._sessions import Sessions
from ._state import State
from ._types import Duration, Instant, Times
from ._wire import LinecardError, NotVerified
from .control import Effect, Match, Part, Strictness, When
from .control import Fault as FaultRule
from .control import PresetName as Preset
from .control import Seed as Document
from .control import SentSeeds as Seed

__all__ = [
    "BinaryNotFound",
    "Clock",
    "Document",
    "Duration",
    "Effect",
    "Fault",
    "FaultRule",
    "Faults",
    "Instant",
    "LinecardError",
    "Match",
    "NotStarted",
    "NotVerified",
    "Panel",
    "Part",
    "Preset",
    "Seed",
    "Sessions",
    "State",
    "Strictness",
    "Times",
    "When",
    "find_binary",
]
