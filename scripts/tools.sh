# Finds the tools that the scripts need, and as root installs (Debian) what is missing; else names it.
# shellcheck shell=bash

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
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
    need mvn maven "to build"
    ((major < 24)) || export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" # Maven 3's own warnings
}

# need_python_module MODULE PACKAGE WHAT FOR
need_python_module() {
    need python3 python3 "$3"
    python3 -c "import $1" 2>/dev/null && return
    install_packages "$2" && python3 -c "import $1" 2>/dev/null && return
    fail "needs Python's $1 $3: install it (Debian: apt-get install $2)"
}
