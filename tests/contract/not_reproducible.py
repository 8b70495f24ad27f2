"""The recordings that the sandbox does not replay, each with the reason."""

APPLICATION = "the application API is no part of the sandbox: Quetzal never calls it"
MADE_UP = "the stand-in for the node made it up: no recorded Wings answers so, and the sandbox plays Wings"

SECOND_RIG = "recorded with servers and people of a second installation, which the stage has not set up"

REASONS: dict[str, str] = {
    "panel/403-client-key-user-on-application": APPLICATION,
    "panel/application-client-key-of-admin": APPLICATION,
    "panel/application-users": APPLICATION,
    "panel/500-panel-redis-down": "the panel's database and Redis are not modelled; a fault gives a 500",
    "panel/standin-files-contents-html-502": f"502 with a page instead of a file; {MADE_UP}",
    "panel/standin-files-list-404": f"404 for a missing directory, which is 500; {MADE_UP}",
    "panel/standin-files-list-bad-json-200": f"200 with a list that is no JSON; {MADE_UP}",
    "panel/standin-files-rename-422-from-daemon": f"422 for a rename; {MADE_UP}",
    "panel/server-view-permissions-object": SECOND_RIG,
    "panel/server-view-as-subuser-connect-only": SECOND_RIG,
    "wings/websocket-token-permissions-object": SECOND_RIG,
    "panel/client-list-permissions-object": SECOND_RIG,
    "panel/client-list-as-subuser-connect-only": SECOND_RIG,
    "panel/server-view-include-subusers-as-subuser": SECOND_RIG,
    "panel/client-list-include-subusers-as-subuser": SECOND_RIG,
    "panel/activity-subuser-update-object": SECOND_RIG,
    "wings/ws-image-missing": "Docker images are not modelled: a start always finds its image",
    "wings/ws-idle-offline-65-s": SECOND_RIG,
    "wings/ws-kill9-twice-within-60-s": SECOND_RIG,
    "wings/ws-kill9-twice-within-60-s-as-subuser": SECOND_RIG,
    "wings/ws-offline-send-logs-stats-command": SECOND_RIG,
    "wings/ws-reinstall-offline-seen-by-admin": SECOND_RIG,
    "wings/ws-reinstall-offline-seen-by-owner": SECOND_RIG,
    "wings/ws-reinstall-offline-seen-by-subuser-connect-only": SECOND_RIG,
    "wings/ws-reinstall-offline-seen-by-subuser-with-all": SECOND_RIG,
    "wings/ws-reinstall-script-fails-as-admin": SECOND_RIG,
    "wings/ws-reinstall-while-running": SECOND_RIG,
    "wings/ws-reinstall-while-running-as-admin": SECOND_RIG,
    "wings/ws-running-send-logs-stats-command": SECOND_RIG,
    "wings/ws-schedules-executed-seen-by-owner": SECOND_RIG,
    "wings/ws-subuser-removed-while-connected": SECOND_RIG,
    "wings/ws-subuser-without-console-sends": SECOND_RIG,
    "wings/ws-token-40-s-not-renewed": SECOND_RIG,
    "wings/ws-token-fetched-in-the-second-of-a-permission-change": SECOND_RIG,
    "wings/ws-token-iat-future": SECOND_RIG,
    "wings/ws-token-of-older-boot": SECOND_RIG,
    "wings/ws-token-without-connect": SECOND_RIG,
    "wings/ws-two-sockets-first": SECOND_RIG,
    "wings/ws-two-sockets-second": SECOND_RIG,
}
