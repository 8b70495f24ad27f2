"""Recordings of calls that this client does not make, each with the reason. Patterns are fnmatch."""

UNUSED = {
    "*application*": "the application API belongs to administrators; Quetzal has an account key",
    "account-api-keys-*": "a bot makes no keys",
    "422-account-api-keys-create": "a bot makes no keys",
    "405-*": "a wrong verb, which the client never sends",
    "404-unknown-route": "no such route",
    "404-unknown-server-route": "no such route",
    "double-slash": "a path that the client never makes",
    "head-server": "the client sends no HEAD",
    "40?-wings-*": "the node's own API, which only the panel talks to",
    "404-unknown-daemon-route": "the node's own API, which only the panel talks to",
    "wings-upload-wrong-field": "the client always sends the field `files`",
}
