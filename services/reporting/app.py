"""The reporting service, put together."""

from contracts.catalogue import SERVICES
from runtime.declaration import Asked, Service
from services.reporting import claims
from services.reporting.doors import COMMANDS
from services.reporting.views import TOLD, VIEWS

SERVICE = Service(
    name="reporting",
    commands={**COMMANDS, **claims.COMMANDS},
    claims=claims.CLAIMS,
    follows=SERVICES,
    views=VIEWS,
    asked={query: Asked(view, answer) for query, (view, answer) in TOLD.items()},
)
