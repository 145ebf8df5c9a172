"""The portfolio service, put together."""

from runtime.declaration import Service
from services.portfolio import watching
from services.portfolio.claims import CLAIMS
from services.portfolio.doors import COMMANDS, QUERIES
from services.portfolio.policies import react

SERVICE = Service(
    name="portfolio",
    commands={**COMMANDS, **watching.COMMANDS},
    queries=QUERIES,
    claims=CLAIMS,
    follows=("council",),
    react=react,
    watch=watching.PortfolioWatch,
)
