"""Recordings of calls that this client does not make, each with the reason. Patterns are fnmatch."""

UNUSED = {
    "*application*": "the application API belongs to administrators; Quetzal has an account key",
    "*account-api-keys-*": "a bot makes no keys",
    "*account-email-*": "the account's own settings are not changed from Discord",
    "*account-password-*": "the account's own settings are not changed from Discord",
    "*account-two-factor-*": "the account's own settings are not changed from Discord",
    "account-activity*": "it lists sign-ins of the account, nothing of servers",
    "account-ssh-keys-list": "the account's own settings are not changed from Discord",
    "405-*": "a wrong verb, which the client never sends",
    "404-unknown-route": "no such route",
    "404-unknown-server-route": "no such route",
    "double-slash": "a path that the client never makes",
    "head-server": "the client sends no HEAD",
    "40?-wings-*": "the node's own API, which only the panel talks to",
    "404-unknown-daemon-route": "the node's own API, which only the panel talks to",
    "wings-upload-wrong-field": "the client always sends the field `files`",
}
