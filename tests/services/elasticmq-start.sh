#!/usr/bin/env bash
# Starts ElasticMQ, which speaks the protocol of SQS, on 127.0.0.1:PORT; does nothing when one answers there already.
#   elasticmq-start.sh [PORT=9324]        elasticmq-start.sh stop [PORT=9324]
# Needs a JDK 17 or newer and Maven.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VERSION=1.7.1

if [ "${1:-}" = stop ]; then
    stop "elasticmq-${2:-9324}"
    exit 0
fi

PORT=${1:-9324}
NAME=elasticmq-$PORT
LOG=$SERVICES/$NAME.log
CONFIGURATION=$SERVICES/$NAME.conf
answers() {
    curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$PORT/?Action=ListQueues" 2>/dev/null | grep -q '^200$'
}

lock elasticmq
if answers; then
    echo "ElasticMQ answers on 127.0.0.1:$PORT"
    exit 0
fi
JDK=$(jdk_at_least 17)
JARS=$SERVICES/elasticmq-$VERSION
jars "$JARS" "org.elasticmq:elasticmq-server_2.13:$VERSION"
cat >"$CONFIGURATION" <<CONFIGURATION
include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = $PORT, context-path = "" }
rest-sqs { enabled = true, bind-port = $PORT, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
CONFIGURATION
start_apart "$NAME" "$LOG" "$JDK/bin/java" -Xmx256m -Dconfig.file="$CONFIGURATION" -cp "$JARS/*" org.elasticmq.server.Main
await "$NAME" "$LOG" 90 answers
unlock
echo "ElasticMQ $VERSION answers on 127.0.0.1:$PORT"
