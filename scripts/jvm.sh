# The JVM's settings, in this one place: sourced by scripts/countersign and by the container's entry point.
# shellcheck shell=bash

# Arguments and file names are UTF-8, also where no locale is set (cron, CI, containers): there Java would read each byte
# outside ASCII as "?", and sort and numbers would differ from one machine to the next.
export LC_ALL=C.UTF-8

# The plan, in MiB: heap + direct memory + the kernel's socket buffers (twice the direct memory) + what the JVM takes besides
# fit the control group's memory limit; without one, 256 MiB. From heap and direct memory the proxy derives its limits
# (MemoryPlan), so that these fit by construction. All are ceilings: what idles goes back to the system.
no_limit_mib=256
smallest_mib=96 # less cannot hold the JVM; the proxy starts all the same, and says so

# cgroup_values CONTROLLER V2 V1...: prints, for this process's control group and each one above it, the first lines of the files of
# those names, on one line: V2's in version 2, else V1's. A container may see its host's group name without that group's folder.
cgroup_values() {
    local controller=$1 two=$2 one=("${@:3}") id controllers group hierarchy files file line
    while IFS=: read -r id controllers group; do
        if [[ $id == 0 && -z $controllers ]]; then
            hierarchy=/sys/fs/cgroup files=("$two")
        elif [[ ,$controllers, == *,$controller,* ]]; then
            hierarchy=/sys/fs/cgroup/$controller files=("${one[@]}")
        else
            continue
        fi
        [[ $group != /..* ]] || group=
        while :; do
            group=${group%/}
            for file in "${files[@]}"; do
                if [[ -r $hierarchy$group/$file ]] && read -r line <"$hierarchy$group/$file"; then
                    printf '%s ' "$line"
                fi
            done
            echo
            [[ -n $group ]] || break
            group=${group%/*}
        done
    done 2>/dev/null </proc/self/cgroup || true
}

# Prints the memory limit in MiB, or nothing where there is none: the smallest of all these groups.
cgroup_limit_mib() {
    local limit least=
    while read -r limit; do
        if [[ $limit =~ ^[0-9]{1,15}$ ]] && ((limit >>= 20, limit < ${least:-limit + 1})); then
            least=$limit
        fi
    done < <(cgroup_values memory memory.max memory.limit_in_bytes)
    echo "$least"
}

# Prints how much of a processor these groups may have, in thousandths, or nothing where there is no quota.
cgroup_millicpus() {
    local quota period least=
    while read -r quota period; do
        if [[ $quota =~ ^[0-9]{1,15}$ && $period =~ ^[1-9][0-9]{0,14}$ ]] &&
            ((quota = quota * 1000 / period, quota < ${least:-quota + 1})); then
            least=$quota
        fi
    done < <(cgroup_values cpu cpu.max cpu.cfs_quota_us cpu.cfs_period_us)
    echo "$least"
}

# memory_plan MAJOR LIMIT: sets heap_mib, young_mib, direct_mib, outside_mib and the array `compilers` for a memory limit in
# MiB (empty: none). Measured on JDK 25 with the archive, under load: the archive takes 40 MiB outside of the heap, compiled
# code 15, the rest of the JVM 25. The second compiler takes 42 at its worst, and 24 when it gives up methods that would
# need over 20; below 192 MiB it gives up those that need over 3, and takes 14 with the code that it makes. Where that does not fit
# either, or the JDK can't bound it, the first compiler does alone, which knows no instructions for SHA-256 and AES: at four times the CPU.
memory_plan() {
    local major=$1 limit=${2:-$no_limit_mib} rest
    ((limit >= smallest_mib)) || limit=$smallest_mib
    if ((limit < 152 || (limit < 192 && major < 24))); then
        outside_mib=66
        compilers=(-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=24m)
    elif ((limit < 192)); then
        outside_mib=80
        compilers=(-XX:ReservedCodeCacheSize=24m -XX:CICompilerCount=2)
        compilers+=(-XX:CompileCommand=quiet '-XX:CompileCommand=MemLimit,*.*,3M~stop')
    else
        outside_mib=104
        compilers=(-XX:ReservedCodeCacheSize=48m -XX:CICompilerCount=2)
        if ((major >= 24)); then
            compilers+=(-XX:CompileCommand=quiet '-XX:CompileCommand=MemLimit,*.*,20M~stop')
        else
            outside_mib=122
        fi
    fi
    rest=$((limit - outside_mib))
    direct_mib=$((rest / 7))
    heap_mib=$(((rest - 3 * direct_mib) / 2 * 2)) # the JVM rounds up to 2 MiB
    # Fresh garbage counts as idle memory, so a small heap has little room for it. But what many requests keep while they run is more
    # than a small young generation lets survive: it ages in the old one, and goes in full collections. Heap.java has the same rule.
    young_mib=$((heap_mib >= 64 ? 8 : 4))
    ((heap_mib <= 88)) || young_mib=$(((8 + (heap_mib - 88) / 8) / 2 * 2))
    ((young_mib <= 64)) || young_mib=64
}

# plan_flags MAJOR LIMIT: sets the array `flags` to those that follow from a memory limit in MiB (empty: none).
plan_flags() {
    local compilers heap_mib young_mib direct_mib outside_mib
    memory_plan "$1" "$2"
    flags=(
        # The archive's objects are put into what is not young at the start, or the JVM refuses the archive and ends.
        "-Xms$((heap_mib < 32 ? heap_mib : young_mib > 8 ? young_mib + 24 : 32))m" "-Xmx${heap_mib}m" "-Xmn${young_mib}m"
        "-XX:MaxDirectMemorySize=${direct_mib}m" "-Dcountersign.memory.outside=$outside_mib"
        "${compilers[@]}"
    )
}

# common_flags MAJOR: adds to the array `flags` those that are the same for every memory limit.
common_flags() {
    local major=$1
    flags+=(
        -XX:+UseSerialGC
        -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30  # give the heap back after a burst
        -Xss512k
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
        # The C library keeps what the compilers free: 20 MiB after load. Early updates of JDK 17 don't know the flag.
        flags+=(-XX:TrimNativeHeapInterval=5000)
        # Else a full collection of 50 to 90 ms whenever compiled code has grown by 15 % of its cache, to look for code that is no
        # longer used. Here the cache is never full; one that were nearly so would still be collected. JDK 17 has no such pause.
        flags+=(-XX:SweeperThreshold=100)
    fi
}

# Under a smaller quota of processor time the second compiler would take most of it for minutes, and requests and probes wait.
slow_millicpus=500
slow_flags=(-XX:TieredStopAtLevel=1)

# jvm_flags MAJOR: sets the array `flags` for a JDK of that version, and the limits that there are.
jvm_flags() {
    local millicpus
    plan_flags "$1" "$(cgroup_limit_mib)"
    common_flags "$1"
    millicpus=$(cgroup_millicpus)
    if [[ -n $millicpus ]] && ((millicpus < slow_millicpus)); then
        flags+=("${slow_flags[@]}")
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

# archive JAVA LIB FILE KEY [ARGUMENT...]: trains the jars in LIB on JAVA and keeps the loaded classes (from JDK 25 on linked, with
# profiles: JEP 483, 514, 515) in FILE. KEY is what scripts/training-key makes; the arguments, another class to start, and its flags.
archive() {
    local java=$1 lib=$2 file=$3 key=$4 main=("${@:5}") major log flags=() status=0
    ((${#main[@]} > 0)) || main=(io.countersign.cli.Main)
    major=$(java_major "$java")
    log=$(mktemp)
    jvm_flags "$major"
    if ((major >= 25)); then
        flags+=("-XX:AOTCacheOutput=$file" -Xlog:aot*=off:stderr -Xlog:cds*=off:stderr)
    else
        flags+=("-XX:ArchiveClassesAtExit=$file" -Xlog:cds*=off:stderr)
    fi
    "$java" "${flags[@]}" -cp "$(class_path "$lib")" "${main[@]}" train "$key" >"$log" 2>&1 || status=$?
    if ((status != 0)) || [[ ! -s $file ]]; then
        grep -v '^Picked up\|^Launching\|AOT' "$log" | tail -5 >&2
        rm -f "$file"
        status=1
    fi
    rm -f "$log"
    return "$status"
}
