"""The intake service, put together."""

from runtime.declaration import Service
from services.intake.doors import CLAIMS, COMMANDS, QUERIES
from services.intake.policies import FOLLOWS, react

SERVICE = Service(
    name="intake",
    commands=COMMANDS,
    queries=QUERIES,
    claims=CLAIMS,
    follows=FOLLOWS,
    react=react,
    sweeps=True,
)
