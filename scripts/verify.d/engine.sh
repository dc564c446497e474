# A container engine on a plain Debian machine, for verifications that run images.
# shellcheck shell=bash disable=SC2154 # some variables are set by the scripts that source this

# need_engine: podman and runc, and sets `runtime`, a runtime for podman that runs where this process may not raise resource limits.
need_engine() {
    [[ $(id -u) == 0 ]] || fail "containers are run as root"
    need python3 python3 "for the engine's runtime"
    need runc runc "to run containers"
    if ! command -v podman >/dev/null; then
        install_packages podman crun runc buildah uidmap netavark catatonit containernetworking-plugins iptables || true
    fi
    need podman podman "to run containers"
    export STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
    runtime=$VERIFY_WORK/runtime
    # runc refuses resource limits that this process may not raise: the bundle is relieved of them.
    cat >"$runtime" <<'SH'
#!/usr/bin/env bash
for ((i = 1; i < $#; i++)); do
    j=$((i + 1))
    case ${!i} in
    --bundle | -b) file=${!j}/config.json ;;
    --process | -p) file=${!j} ;;
    *) continue ;;
    esac
    python3 - "$file" <<'PY'
import json, sys
with open(sys.argv[1]) as file:
    config = json.load(file)
config.get("process", config).pop("rlimits", None)
with open(sys.argv[1], "w") as file:
    json.dump(config, file)
PY
done
exec runc "$@"
SH
    chmod +x "$runtime"
}

# base_tree FOLDER: a minimal Debian there, from this machine's mirror (ROOT_TREE: a copy of that folder instead).
base_tree() {
    local mirror
    if [[ -n ${ROOT_TREE:-} ]]; then
        cp -a "$ROOT_TREE" "$1"
        return
    fi
    need debootstrap debootstrap "to make a base image"
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\(http[^ ]*\).*/\2/p' | grep -m1 debian || true)
    debootstrap --variant=minbase trixie "$1" "${mirror:-http://deb.debian.org/debian}" >"$VERIFY_WORK/debootstrap.log" 2>&1 ||
        { tail -5 "$VERIFY_WORK/debootstrap.log" >&2 && fail "debootstrap failed"; }
}
