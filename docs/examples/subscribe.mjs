// Follow a FEED and go on where it was left: `node subscribe.mjs SERVER CREDENTIALS SYSTEM [SUBJECT]`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, credsAuthenticator } from "@nats-io/transport-node";

const [server, credentials, system, subject = "ev.>"] = process.argv.slice(2);

// Up to where each service's events are done; keep it with what you make of them.
const POSITIONS = "positions.json";
const done = existsSync(POSITIONS) ? JSON.parse(readFileSync(POSITIONS)) : {};

// Put the event where you need it.
function handle(event) {
  console.log(event.sequence, event.tenant, event.type, event.subject);
}

const connection = await connect({
  servers: server,
  authenticator: credsAuthenticator(readFileSync(credentials)),
  inboxPrefix: `_INBOX_${system}`,
  maxReconnectAttempts: -1,
});

for (;;) {
  try {
    await follow();
  } catch (error) {
    console.error("looking again:", error.name); // away, or the FEED was built anew
  }
  await setTimeout(1000);
}

// The server keeps our place under our own name; one event at a time, so that none overtakes another.
async function follow() {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  await manager.consumers.add("FEED", {
    durable_name: system,
    filter_subject: subject,
    ack_policy: "explicit",
    max_ack_pending: 1,
  });
  const place = await jetstream(connection, { checkAPI: false }).consumers.get("FEED", system);
  for await (const message of await place.consume({ abort_on_missing_resource: true })) {
    const event = message.json();
    const service = event.source.split("/").at(-1);
    if (Number(event.sequence) > (done[service] ?? 0)) { // else we have had it
      handle(event);
      done[service] = Number(event.sequence);
      writeFileSync(POSITIONS, JSON.stringify(done));
    }
    message.ack();
  }
}
