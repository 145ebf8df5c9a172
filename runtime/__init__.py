"""How any service runs: ledger, relay, follower, inbox, projector and doors."""
