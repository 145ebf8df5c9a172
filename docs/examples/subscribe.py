"""Follow a FEED and go on where it was left: `python subscribe.py SERVER CREDENTIALS SYSTEM [SUBJECT]`."""
# ruff: noqa: INP001, T201, ASYNC240 - a program to copy, not a package; it prints, and has one file to write

import asyncio
import json
import sys
from pathlib import Path

import nats
from nats.js.api import AckPolicy, ConsumerConfig

POSITIONS = Path("positions.json")  # up to where each service's events are done; keep it with what you make of them


def handle(event: dict) -> None:
    """Put the event where you need it."""
    print(event["sequence"], event["tenant"], event["type"], event["subject"], flush=True)


async def main(server: str, credentials: str, system: str, subject: str = "ev.>") -> None:
    """One event after the other, for ever."""
    connection = await nats.connect(
        server, user_credentials=credentials, inbox_prefix=f"_INBOX_{system}".encode(), max_reconnect_attempts=-1
    )
    done = json.loads(POSITIONS.read_text()) if POSITIONS.exists() else {}
    while True:
        try:
            await follow(connection.jetstream(), system, subject, done)
        except (nats.errors.Error, nats.js.errors.Error) as error:
            print("looking again:", type(error).__name__, file=sys.stderr)  # away, or the FEED was built anew
            await asyncio.sleep(1)


async def follow(feed: nats.js.JetStreamContext, system: str, subject: str, done: dict[str, int]) -> None:
    """The server keeps our place under our own name; one event at a time, so that none overtakes another."""
    config = ConsumerConfig(
        name=system,
        durable_name=system,
        filter_subject=subject,
        ack_policy=AckPolicy.EXPLICIT,
        max_ack_pending=1,
    )
    await feed.add_consumer("FEED", config)
    place = await feed.pull_subscribe_bind(durable=system, stream="FEED")
    while True:
        try:
            (message,) = await place.fetch(1, timeout=5)
        except nats.errors.TimeoutError:
            await place.consumer_info()  # nothing new, or no consumer any more: then this says so
            continue
        event = json.loads(message.data)
        service = event["source"].rsplit("/", 1)[-1]
        if int(event["sequence"]) > done.get(service, 0):  # else we have had it
            handle(event)
            done[service] = int(event["sequence"])
            POSITIONS.write_text(json.dumps(done))
        await message.ack()


asyncio.run(main(*sys.argv[1:5]))
