"""The council service, put together."""

from runtime.declaration import Service
from services.council import claims, watching
from services.council.doors import COMMANDS, DISCLOSING, QUERIES, roles
from services.council.policies import FOLLOWS, react

SERVICE = Service(
    name="council",
    commands={**COMMANDS, **claims.COMMANDS, **watching.COMMANDS},
    queries=QUERIES,
    disclosing=DISCLOSING,
    claims=claims.CLAIMS,
    roles=roles,
    follows=FOLLOWS,
    react=react,
    watch=watching.CouncilWatch,
)
