"""Claim an idea and hear what becomes of it: `python publish.py SERVER CREDENTIALS SYSTEM`."""
# ruff: noqa: INP001, T201 - a program to copy, not a package; it prints what it hears

import asyncio
import json
import sys

import nats

CLAIM = {
    "specversion": "1.0",
    "type": "no.loypa.claim.IdeaSubmitted.v1",
    "source": "https://portal.example/ideas",
    "id": "2026-0042",  # your own id of it: sent again, it is the same claim again
    "data": {
        "title": "Lånesykler ved rådhuset",
        "problem": "Det går ingen buss mellom rådhuset og sjukehuset midt på dagen.",
        "submitter": "citizen",
        "name": "Kari Nordmann",
        "contact": "kari@example.org",
        "tags": ["transport"],
    },
}


async def main(server: str, credentials: str, system: str) -> None:
    """Publish until it is stored, then ask until it is decided."""
    connection = await nats.connect(
        server,
        user_credentials=credentials,
        inbox_prefix=f"_INBOX_{system}".encode(),  # answers come here; no other inbox is open to this user
        max_reconnect_attempts=-1,
    )

    async def rejected(message: nats.aio.msg.Msg) -> None:
        print("rejected:", json.loads(message.data)["refusal"]["says"])

    await connection.subscribe(f"rej.{system}", cb=rejected)

    stored = await connection.jetstream().publish(f"ingest.{system}.IdeaSubmitted", json.dumps(CLAIM).encode())
    print("stored:", stored.seq)

    question = json.dumps({"ids": [CLAIM["id"]]}).encode()
    while True:
        reply = await connection.request(f"query.{system}.intake.ClaimStatus", question, timeout=10)
        answer = json.loads(reply.data)
        if answer["outcome"] == "answered" and answer["result"]["claims"][0]["state"] != "pending":
            break
        await asyncio.sleep(0.2)
    print(json.dumps(answer["result"]["claims"][0], ensure_ascii=False))
    await connection.drain()


asyncio.run(main(*sys.argv[1:4]))
