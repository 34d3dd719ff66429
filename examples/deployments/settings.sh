#!/bin/sh
# Lets Pulumi Deployments run the example fleet: settings.sh ORGANIZATION/fleet/STACK, with TAVUS_API_KEY in the environment.
# Not run at Pulumi Cloud by this project's tests: they compare what the real `pulumi` sends with settings.json.
set -eu
# The machine and its disk are gone after each run, so an interrupted run is found again by what Tavus has.
# Whatever waits meanwhile is replaced by the newest; what runs is never cancelled.
pulumi deployment settings edit --stack "$1" \
    --git-url https://github.com/YOU/tavus-provider.git --branch main --folder examples/fleet \
    --env TAVUS_RECOVERY=account \
    --secret-env TAVUS_API_KEY="$TAVUS_API_KEY" \
    --skip-intermediate-deployments
