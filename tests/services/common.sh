# Shared by the scripts beside it, which start real services from Maven Central without Docker.
# Everything they download or write stays under .services at the top of the repository (CAIRN_SERVICES).

set -euo pipefail
REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SERVICES=${CAIRN_SERVICES:-$REPOSITORY/.services}
mkdir -p "$SERVICES"

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Whoever holds the lock is the only one who downloads or starts this service.
# The file descriptor is closed for the service itself (9>&-), or the lock would live as long as it does.
lock() {
    exec 9>"$SERVICES/$1.lock"
    flock -w 600 9 || fail "another start of $1 has held $SERVICES/$1.lock for ten minutes"
}

unlock() {
    flock -u 9
}

# jdk_at_least VERSION: prints the home of the newest JDK on this machine, which must be VERSION or newer.
jdk_at_least() {
    local best="" best_version=0 home version
    for home in ${JAVA_HOME:-} /usr/lib/jvm/* "$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /none/bin/java)")")")"; do
        [ -x "$home/bin/java" ] || continue
        version=$("$home/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
        if [ -n "$version" ] && [ "$version" -gt "$best_version" ]; then
            best=$home
            best_version=$version
        fi
    done
    [ "$best_version" -ge "$1" ] || fail "needs a JDK $1 or newer; the newest found is '$best_version' (install one or set JAVA_HOME)"
    echo "$best"
}

# jars FOLDER GROUP:ARTIFACT:VERSION…: downloads the artifacts and what they depend on into FOLDER, once.
jars() {
    local folder=$1 dependencies="" coordinate group artifact version attempt
    shift
    [ ! -f "$folder/.complete" ] || return 0
    command -v mvn >/dev/null || fail "needs Maven (mvn) to download $*"
    rm -rf "$folder"
    mkdir -p "$folder"
    for coordinate in "$@"; do
        IFS=: read -r group artifact version <<<"$coordinate"
        dependencies+="<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    cat >"$folder/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>services</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>$dependencies</dependencies>
</project>
POM
    for attempt in 1 2 3 4 5; do
        if mvn -q -B -f "$folder/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
            -DincludeScope=runtime -DoutputDirectory="$folder"; then
            touch "$folder/.complete"
            return 0
        fi
        echo "$(basename "$0"): download attempt $attempt of 5 failed" >&2
        sleep $((attempt * 3))
    done
    fail "could not download $*"
}

# start_apart NAME-PORT LOG COMMAND…: starts it in the background, apart from this terminal, and notes its process id.
start_apart() {
    local name=$1 log=$2
    shift 2
    setsid nohup "$@" >"$log" 2>&1 9>&- </dev/null &
    echo $! >"$SERVICES/$name.pid"
}

# await NAME-PORT LOG SECONDS probe…: waits until the probe succeeds; fails with the end of the log.
await() {
    local name=$1 log=$2 tries=$(($3 * 4)) process
    shift 3
    process=$(cat "$SERVICES/$name.pid")
    while [ "$tries" -gt 0 ]; do
        if "$@"; then return 0; fi
        if ! kill -0 "$process" 2>/dev/null; then
            tail -30 "$log" >&2
            fail "$name ended before it answered; see $log"
        fi
        tries=$((tries - 1))
        sleep 0.25
    done
    tail -30 "$log" >&2
    fail "$name does not answer; see $log"
}

# stop NAME-PORT: ends what start_apart started under this name, and only that.
stop() {
    local file=$SERVICES/$1.pid process tries=60
    if [ -f "$file" ]; then
        process=$(cat "$file")
        kill "$process" 2>/dev/null || true
        while [ "$tries" -gt 0 ] && kill -0 "$process" 2>/dev/null; do
            tries=$((tries - 1))
            sleep 0.25
        done
        kill -9 "$process" 2>/dev/null || true
        rm -f "$file"
    fi
    echo "stopped $1"
}
