# Finds the tools that the scripts need, and as root installs (Debian) what is missing; else names it.
# shellcheck shell=bash

tools_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# usage SCRIPT: prints the comment at its head.
usage() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$1"
}

# tied COMMAND...: becomes the command, which ends when the script that started it does, even by SIGKILL. Linux.
tied() {
    if command -v setpriv >/dev/null; then
        exec setpriv --pdeathsig TERM "$@"
    fi
    exec "$@"
}

# need COMMAND PACKAGE [WHAT FOR]: in CI and as root a missing command's package is installed.
need() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null && return
    install_packages "$2" && PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null && return
    fail "needs $1${3:+ $3}: install it (Debian: apt-get install $2)"
}

# install_packages PACKAGE...: false where this user or system cannot. A package's post-install script may fail to start
# its service (no init here); the program is there all the same, so the callers look for the program.
install_packages() {
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
    echo "${0##*/}: installing $*" >&2
    {
        [[ -n ${packages_listed:-} ]] || apt-get update -qq || true
        packages_listed=1 # once is enough for one run
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" || true
    } >&2
}

# need_java: sets `java`, `major` and JAVA_HOME to a JDK of 17 or later: JAVA_HOME's, else the one on the PATH.
need_java() {
    find_java || { install_packages default-jdk-headless && find_java; } || true
    [[ -n ${java:-} ]] || fail "needs a JDK of version 17 or later: set JAVA_HOME, or install one" \
        "(Debian: apt-get install default-jdk-headless)"
    ((major >= 17)) || fail "needs Java 17 or later; $java is $major: set JAVA_HOME to a newer one"
}

find_java() {
    if [[ -n ${JAVA_HOME:-} ]]; then
        java=$JAVA_HOME/bin/java
        [[ -x $java ]] || fail "JAVA_HOME is $JAVA_HOME, which has no bin/java"
    else
        java=$(command -v java) || return 1
        JAVA_HOME=$(cd "$(dirname "$(readlink -f "$java")")/.." && pwd)
        export JAVA_HOME
    fi
    major=$(java_major "$java")
    [[ $major =~ ^[0-9]+$ ]] || fail "cannot tell the version of $java"
}

# need_jdk: need_java, with a compiler and Maven, for who builds.
need_jdk() {
    need_java
    if [[ ! -x $JAVA_HOME/bin/javac ]]; then
        install_packages "openjdk-$major-jdk-headless" || true
        [[ -x $JAVA_HOME/bin/javac ]] || fail "needs a JDK to build; $JAVA_HOME has no bin/javac" \
            "(Debian: apt-get install openjdk-17-jdk-headless)"
    fi
    need_maven
    # A build ends before the second compiler pays: with the first alone it takes a third less of the CPU.
    MAVEN_OPTS="-XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}"
    ((major < 24)) || MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $MAVEN_OPTS" # Maven 3's own warnings
    export MAVEN_OPTS
}

# need_maven: the system's, else the one that ./mvnw downloads, which scripts and their functions then find as mvn.
need_maven() {
    command -v mvn >/dev/null && return
    if [[ -x $tools_root/mvnw ]] && command -v unzip >/dev/null; then
        mvn() { "$tools_root/mvnw" "$@"; }
        return
    fi
    need mvn maven "to build (or unzip, with which ./mvnw downloads one)"
}

# count_tests STAMP: adds up the test reports newer than that file into `tests`, `bad` and `skipped`.
count_tests() {
    read -r tests bad skipped < <(find . -path '*/surefire-reports/TEST-*.xml' -newer "$1" \
        -exec grep -h -m1 '<testsuite ' {} + |
        awk '{
            for (i = 1; i <= NF; i++) if (split($i, part, "\"") > 1) value[part[1]] = part[2]
            tests += value["tests="]; bad += value["errors="] + value["failures="]; skipped += value["skipped="]
        } END { print tests + 0, bad + 0, skipped + 0 }')
}

# jdk MAJOR: prints the home of a JDK of that version.
jdk() {
    local home on_path
    on_path=$(readlink -f "$(command -v javac || true)")
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "${on_path%/bin/javac}"; do
        if [[ -n $home && -x $home/bin/javac && $(java_major "$home/bin/java") == "$1" ]]; then
            echo "$home"
            return
        fi
    done
    return 1
}

# maven ARGUMENT...: Maven with all its output on standard output, without colours: Debian's writes their escape codes
# into pipes and files as well, whatever it is told.
maven() {
    mvn -B -ntp -Dstyle.color=never "$@" 2>&1 | sed -u 's/\x1b\[[0-9;]*m//g'
}

# show_progress: of Maven's output, a line for each module and what went wrong, on standard error.
show_progress() {
    local line downloads=0
    while IFS= read -r line; do
        case $line in
            "[INFO] Building "*"["*"/"*"]")
                line=${line#"[INFO] Building "}
                echo "countersign: building ${line%% [0-9]*} [${line##*[}" >&2
                ;;
            "[INFO] Downloaded "* | "Downloaded "*)
                ((++downloads % 50)) || echo "countersign: $downloads files downloaded" >&2
                ;;
            "[ERROR]"* | "[WARNING] /"*) echo "$line" >&2 ;;
        esac
    done
}

# project_version: prints the version, which is in the parent pom alone.
project_version() {
    sed -n 's|.*<revision>\(.*\)</revision>.*|\1|p' "$tools_root/pom.xml"
}

# source_date_epoch: prints the time that everything built from these sources has, in seconds.
source_date_epoch() {
    date -d "$(sed -n 's|.*<project.build.outputTimestamp>\(.*\)<.*|\1|p' "$tools_root/pom.xml")" +%s
}

# need_python_module MODULE PACKAGE WHAT FOR
need_python_module() {
    need python3 python3 "$3"
    python3 -c "import $1" 2>/dev/null && return
    install_packages "$2" && python3 -c "import $1" 2>/dev/null && return
    fail "needs Python's $1 $3: install it (Debian: apt-get install $2)"
}
