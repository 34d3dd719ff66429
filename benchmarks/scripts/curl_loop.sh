#!/bin/sh
# What people do today: a loop with curl. `curl_loop.sh open COUNT` prints the ids, `curl_loop.sh end` reads them.
set -eu
api() {
    curl --silent --show-error --fail --request POST --header "x-api-key: $TAVUS_API_KEY" --header "content-type: application/json" \
        "$TAVUS_BASE_URL/v2/conversations$1" --data "$2"
}
body() {
    cat <<END
{"persona_id": "pcb7a34da5fe", "replica_id": "r90bbd427f71", "conversation_name": "call-$1",
 "conversational_context": "A customer asks about an order that is late.",
 "properties": {"language": "English", "max_call_duration": 1800}}
END
}
case "$1" in
open)
    for number in $(seq "$2"); do
        echo "$(api "" "$(body "$number")" | sed -n 's/.*"conversation_id": *"\([^"]*\)".*/\1/p')"
    done
    ;;
end)
    while read -r id; do
        api "/$id/end" "{}"
    done
    ;;
esac
