# Drives one proxy to the bounds of its memory, and sees that it lives. Sourced; wants $VERIFY_WORK and scripts/tools.sh.
# shellcheck shell=bash

here=$(dirname "${BASH_SOURCE[0]}")

# abuse_upstream: starts upstream.py and sets upstream_port, upstream_pid; its certificate is $VERIFY_WORK/etc/abuse.pem.
abuse_upstream() {
    mkdir -p "$VERIFY_WORK/etc"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$VERIFY_WORK/abuse.key" -out "$VERIFY_WORK/etc/abuse.pem" 2>/dev/null
    python3 "$here/upstream.py" "$VERIFY_WORK/etc/abuse.pem" "$VERIFY_WORK/abuse.key" >"$VERIFY_WORK/abuse.port" 2>"$VERIFY_WORK/upstream.log" &
    upstream_pid=$!
    timeout 20 bash -c "until [[ -s $VERIFY_WORK/abuse.port ]]; do sleep 0.05; done"
    upstream_port=$(<"$VERIFY_WORK/abuse.port")
}

# abuse_routes CA: prints the variables that add two routes to any configuration: /abuse, and /stream, whose uploads stream.
abuse_routes() {
    local route
    for route in abuse stream; do
        echo "COUNTERSIGN_ROUTES_${route^^}_MATCH_PATH_PREFIX=/$route"
        echo "COUNTERSIGN_ROUTES_${route^^}_UPSTREAM=https://localhost:$upstream_port"
        echo "COUNTERSIGN_ROUTES_${route^^}_TLS_CA=$1"
        echo "COUNTERSIGN_ROUTES_${route^^}_REGION=us-east-1"
    done
    echo "COUNTERSIGN_ROUTES_ABUSE_SERVICE=execute-api"
    echo "COUNTERSIGN_ROUTES_STREAM_SERVICE=s3"
    echo "COUNTERSIGN_ROUTES_STREAM_PAYLOAD=unsigned"
}

# answers PORT PATH: whether a GET is answered 200 within a minute of asking again.
answers() {
    local i
    for ((i = 0; i < 120; i++)); do
        [[ $(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$1$2") == 200 ]] && return
        sleep 0.5
    done
    return 1
}

# abuse PORT SHAPE=COUNT...: one round; false when the proxy does not answer afterwards.
abuse() {
    local port=$1
    shift
    echo "   $*"
    python3 "$here/abuse_memory.py" "$port" "${ABUSE_SECONDS:-6}" "$@" || return
    answers "$port" /abuse/ok
}

# abuse_rounds PORT: twice the load that is known to have ended an earlier version, and each kind of memory by itself.
abuse_rounds() {
    abuse "$1" body=1000 &&
        abuse "$1" download=256 &&
        abuse "$1" upload=256 &&
        abuse "$1" large=64 heads=2000 &&
        abuse "$1" early=2000 &&
        abuse "$1" fields=512 &&
        abuse "$1" partial=1000 &&
        abuse "$1" large=40 download=40 upload=40 early=40 heads=500 partial=500
}
