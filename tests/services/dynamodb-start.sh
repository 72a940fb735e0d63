#!/usr/bin/env bash
# Starts Amazon's DynamoDB Local, in memory, on 127.0.0.1:PORT; does nothing when one answers there already.
#   dynamodb-start.sh [PORT=8000]        dynamodb-start.sh stop [PORT=8000]
# Needs a JDK 17 or newer and Maven. Access key ids must be letters and digits.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VERSION=2.6.1

if [ "${1:-}" = stop ]; then
    stop "dynamodb-${2:-8000}"
    exit 0
fi

PORT=${1:-8000}
NAME=dynamodb-$PORT
LOG=$SERVICES/$NAME.log
answers() {
    curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$PORT/" 2>/dev/null | grep -Eq '^(400|200)$'
}

lock dynamodb
if answers; then
    echo "DynamoDB Local answers on 127.0.0.1:$PORT"
    exit 0
fi
JDK=$(jdk_at_least 17)
JARS=$SERVICES/dynamodb-$VERSION
jars "$JARS" "com.amazonaws:DynamoDBLocal:$VERSION"
start_apart "$NAME" "$LOG" "$JDK/bin/java" -Xmx512m -Djava.library.path="$JARS" -DDDB_LOCAL_TELEMETRY=0 -cp "$JARS/*" \
    com.amazonaws.services.dynamodbv2.local.main.ServerRunner -port "$PORT" -inMemory -sharedDb
await "$NAME" "$LOG" 90 answers
unlock
echo "DynamoDB Local $VERSION answers on 127.0.0.1:$PORT"
