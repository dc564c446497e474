# The JVM's settings, in this one place: sourced by scripts/countersign and by the container's entry point.
# shellcheck shell=bash

# Arguments and file names are UTF-8, also where no locale is set (cron, CI, containers): there Java would read each byte
# outside ASCII as "?", and sort and numbers would differ from one machine to the next.
export LC_ALL=C.UTF-8

# The plan, in MiB. The heap holds the program, request bodies (limits.buffered, 64 MiB) and 48 KiB for each request in
# flight, which the proxy checks at start; direct memory holds socket buffers. Both are ceilings: what idles goes back to
# the system. A cgroup's memory limit below the sum shrinks both, and above twice the sum lets the heap grow with it.
heap_mib=116
young_mib=8 # the first 16 MiB of garbage would count as idle memory; at 10 KiB a request, 8 still make a collection rare
direct_mib=48
other_mib=92 # metaspace, code, thread stacks, the collector's own

# Prints the cgroup's memory limit in MiB (v2, then v1), or nothing where there is none.
cgroup_limit_mib() {
    local file limit
    for file in "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup 2>/dev/null)/memory.max" \
        /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
        if [[ -r $file ]] && read -r limit <"$file" && [[ $limit =~ ^[0-9]{1,14}$ ]]; then
            echo $((limit >> 20))
            return
        fi
    done
}

# jvm_flags MAJOR: sets the array `flags` for a JDK of that version.
jvm_flags() {
    local major=$1 limit plan=$((heap_mib + direct_mib + other_mib))
    limit=$(cgroup_limit_mib)
    if [[ -n $limit ]] && ((limit < plan)); then
        heap_mib=$((limit * heap_mib / plan))
        direct_mib=$((limit * direct_mib / plan))
    elif [[ -n $limit ]] && ((limit > 2 * plan)); then
        heap_mib=$((heap_mib + (limit - 2 * plan) / 2))
    fi
    flags=(
        -XX:+UseSerialGC -Xms32m "-Xmx${heap_mib}m" "-Xmn${young_mib}m" "-XX:MaxDirectMemorySize=${direct_mib}m"
        -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30  # give the heap back after a burst
        -Xss512k -XX:ReservedCodeCacheSize=48m -XX:CICompilerCount=2
        -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData     # a restart beats a cripple; no file in /tmp
        -Dio.netty.allocator.type=pooled -Dio.netty.allocator.numHeapArenas=1 -Dio.netty.allocator.numDirectArenas=2
        -Dio.netty.allocator.maxOrder=4 -Dio.netty.noPreferDirect=false
        -Dio.netty.leakDetection.level=disabled          # the tests run it at its strictest; sampling costs 2 % of the CPU
        -Dfile.encoding=UTF-8 -Djava.awt.headless=true
        # Standard output is the program's alone: a policy for jq, the access log. The JVM's own words go to standard error.
        -XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=error:stderr
    )
    if ((major >= 24)); then
        # Netty reaches memory through Unsafe; without these two the JVM prints warnings at start.
        flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
    fi
    if ((major >= 25)); then
        flags+=(-XX:+UseCompactObjectHeaders)
    fi
}

# aot_flag MAJOR DIR: adds the start-up archive in DIR to `flags` when there is one. A JVM that cannot use it goes on
# without, silently: it only saves time.
aot_flag() {
    local major=$1 dir=$2
    if ((major >= 25)) && [[ -r $dir/countersign.aot ]]; then
        flags+=("-XX:AOTCache=$dir/countersign.aot" -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr)
    elif ((major < 25)) && [[ -r $dir/countersign-$major.jsa ]]; then
        flags+=(-Xshare:auto "-XX:SharedArchiveFile=$dir/countersign-$major.jsa" -Xlog:cds*=off:stderr)
    fi
}

# class_path LIB: prints the jars in one order, whatever the locale, by absolute path, whatever the current directory: the
# archive is bound to both.
class_path() {
    local LC_ALL=C lib jars
    lib=$(cd "$1" && pwd)
    jars=("$lib"/*.jar)
    (IFS=: && echo "${jars[*]}")
}

# java_major JAVA: prints the version of that command: 17, 25.
java_major() {
    local home release
    home=$(cd "$(dirname "$(readlink -f "$1")")/.." && pwd)
    if [[ -r $home/release ]]; then
        release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    fi
    echo "${release:-$("$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')}"
}

# archive JAVA LIB FILE KEY: trains the jars in LIB on JAVA and keeps the loaded classes (from JDK 25 on linked, with
# profiles: JEP 483, 514, 515) in FILE. KEY is what scripts/training-key makes.
archive() {
    local java=$1 lib=$2 file=$3 key=$4 major log flags=() status=0
    major=$(java_major "$java")
    log=$(mktemp)
    jvm_flags "$major"
    if ((major >= 25)); then
        flags+=("-XX:AOTCacheOutput=$file" -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr)
    else
        flags+=("-XX:ArchiveClassesAtExit=$file" -Xlog:cds*=off:stderr)
    fi
    "$java" "${flags[@]}" -cp "$(class_path "$lib")" io.countersign.cli.Main train "$key" >"$log" 2>&1 || status=$?
    if ((status != 0)) || [[ ! -s $file ]]; then
        grep -v '^Picked up\|^Launching\|AOT' "$log" | tail -5 >&2
        rm -f "$file"
        status=1
    fi
    rm -f "$log"
    return "$status"
}
