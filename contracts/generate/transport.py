"""What an outside system meets besides our messages: the assertion of a person, the stream's receipt, the FEED."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]

HEADER = "Loypa-Assertion"

SYSTEM: Part = {
    "description": "The system's registered short name. The server lets a system use its own name only.",
    "examples": ["sak"],
}

HEADERS: Part = {
    "type": "object",
    "properties": {
        HEADER: {
            "type": "string",
            "pattern": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
            "description": "Who the person behind the message is, said by a registered front end: a JWT with alg "
            "EdDSA, signed with its registered key. Its payload is `#/components/schemas/assertion`; it counts once.",
        }
    },
    "required": [HEADER],
}

ASSERTION: Part = {
    "type": "object",
    "description": "The payload of a person's assertion. Times are whole seconds since 1970.",
    "properties": {
        "iss": {
            "type": "string",
            "description": "The front end: its municipality and name.",
            "examples": ["molde/sak"],
        },
        "sub": {"type": "string", "description": "The person's id.", "examples": ["ada"]},
        "aud": {"type": "string", "description": "The municipality the message is for.", "examples": ["molde"]},
        "iat": {"type": "integer", "description": "Since when it is valid."},
        "exp": {"type": "integer", "description": "Until when it is valid: at most 300 seconds after `iat`."},
        "jti": {"type": "string", "description": "An id of its own.", "minLength": 1, "maxLength": 200},
        "req": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]{43}$",
            "description": "What ties it to its message: the SHA-256, in base64url without padding, of the subject it "
            "is published to, a line feed and the body.",
        },
    },
    "required": ["iss", "sub", "aud", "iat", "exp", "jti", "req"],
}

RECEIPT: Part = {
    "type": "object",
    "description": "JetStream's answer to what was published: it has it for sure at `seq`, or `error` says why not.",
    "properties": {
        "stream": {"type": "string", "description": "INGEST_ and the municipality's short name."},
        "seq": {"type": "integer", "minimum": 0, "description": "Its place there."},
        "duplicate": {"type": "boolean", "description": "It was there already, under the same Nats-Msg-Id."},
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "integer"},
                "err_code": {"type": "integer", "description": "10077: the queue is at its quota; try again later."},
                "description": {"type": "string"},
            },
            "required": ["code", "description"],
        },
    },
    "oneOf": [{"required": ["stream", "seq"], "not": {"required": ["error"]}}, {"required": ["error"]}],
}

FEED: Part = {"stream": "FEED", "consumer": "{system}"}
"""Where a tenant reads its events in its own account, and the name a system's durable consumer of it has to bear."""
