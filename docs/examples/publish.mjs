// Claim an idea and hear what becomes of it: `node publish.mjs SERVER CREDENTIALS SYSTEM`.
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { connect, credsAuthenticator } from "@nats-io/transport-node";

const [server, credentials, system] = process.argv.slice(2);

const claim = {
  specversion: "1.0",
  type: "no.loypa.claim.IdeaSubmitted.v1",
  source: "https://portal.example/ideas",
  id: "2026-0043", // your own id of it: sent again, it is the same claim again
  data: {
    title: "Sykkelparkering under tak",
    problem: "Syklene ruster ved skolen, og færre sykler om vinteren.",
    submitter: "citizen",
    name: "Ola Nordmann",
    contact: "ola@example.org",
    tags: ["transport"],
  },
};

const connection = await connect({
  servers: server,
  authenticator: credsAuthenticator(await readFile(credentials)),
  inboxPrefix: `_INBOX_${system}`, // answers come here; no other inbox is open to this user
  maxReconnectAttempts: -1,
});

connection.subscribe(`rej.${system}`, {
  callback: (_, message) => console.log("rejected:", message.json().refusal.says),
});

const stored = await jetstream(connection).publish(`ingest.${system}.IdeaSubmitted`, JSON.stringify(claim));
console.log("stored:", stored.seq);

const question = JSON.stringify({ ids: [claim.id] });
let outcome;
do {
  await setTimeout(200);
  const reply = await connection.request(`query.${system}.intake.ClaimStatus`, question, { timeout: 10_000 });
  outcome = reply.json().result?.claims[0];
} while (outcome === undefined || outcome.state === "pending");
console.log(JSON.stringify(outcome));
await connection.drain();
