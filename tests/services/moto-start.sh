#!/usr/bin/env bash
# Starts moto, which speaks the protocol of S3, on 127.0.0.1:PORT; does nothing when one answers there already.
#   moto-start.sh [PORT=5000]        moto-start.sh stop [PORT=5000]
# Needs Python 3.10 or newer with venv.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VERSION=5.2.5

if [ "${1:-}" = stop ]; then
    stop "moto-${2:-5000}"
    exit 0
fi

PORT=${1:-5000}
NAME=moto-$PORT
LOG=$SERVICES/$NAME.log
answers() {
    curl -s -m 2 "http://127.0.0.1:$PORT/" 2>/dev/null | grep -q ListAllMyBucketsResult
}

lock moto
if answers; then
    echo "moto answers on 127.0.0.1:$PORT"
    exit 0
fi
VENV=$SERVICES/moto-$VERSION
if [ ! -f "$VENV/.complete" ]; then
    python3 -m venv --clear "$VENV"
    "$VENV/bin/python" -m pip install -q --retries 10 "moto[s3,server]==$VERSION"
    touch "$VENV/.complete"
fi
start_apart "$NAME" "$LOG" "$VENV/bin/moto_server" -H 127.0.0.1 -p "$PORT"
await "$NAME" "$LOG" 90 answers
unlock
echo "moto $VERSION answers on 127.0.0.1:$PORT"
