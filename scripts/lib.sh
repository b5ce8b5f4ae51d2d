# shellcheck shell=bash
# What the scripts share; sourced by them, from any directory.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

# Is there a JDK 25 in this directory? Its release file tells, without starting it.
is_jdk() {
    [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] \
        && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null
}

# Sets jdk to the first JDK 25 in the usual places.
find_jdk() {
    local javac=''
    have javac && javac=$(readlink -f "$(command -v javac)")
    local toolchains=${HOME:-/nonexistent}/.m2/toolchains.xml homes=()
    [ -r "$toolchains" ] && mapfile -t homes < <(sed -n 's|.*<jdkHome>\(.*\)</jdkHome>.*|\1|p' "$toolchains")
    for jdk in "${JAVA_HOME:-}" "${javac%/bin/javac}" "${JAVA_HOME_25_X64:-}" /usr/lib/jvm/* /opt/* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${homes[@]}"; do
        is_jdk "$jdk" && return
    done
    jdk=''
    return 1
}

# find_jdk, or says what is missing and ends with 3: the environment is not usable.
need_jdk() {
    find_jdk && return
    say 'a JDK 25 is missing: install one (Temurin, OpenJDK, ...) and point JAVA_HOME at it'
    exit 3
}

# Runs Maven on the JDK 25: the wrapper's where it can be had, otherwise the one on the PATH.
# Call need_jdk first. Never reads stdin.
maven() {
    local mvn="$root/mvnw" JAVA_HOME=$jdk
    # Maven's own libraries use what newer JDKs warn about.
    local MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
    export JAVA_HOME MAVEN_OPTS
    if ! "$mvn" --version >/dev/null 2>&1 </dev/null; then
        mvn=$(command -v mvn) || {
            say 'Maven is missing: the wrapper could not download it and there is no mvn on the PATH'
            exit 3
        }
        say "the Maven wrapper could not download its Maven: using $mvn"
    fi
    (cd "$root" && exec "$mvn" --batch-mode --no-transfer-progress "$@" </dev/null)
}

# Compiles the tests of modules and leaves what a JVM needs to run them in each one's target: test.classpath and, as an
# argument file, test-jvm.options. Call need_jdk first.
build_tests() {
    maven --quiet --projects "$1" --also-make -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test \
        test-compile dependency:build-classpath >&2
    local module
    for module in ${1//,/ }; do
        printf '%s\n' "$root/$module/target/test-classes:$root/$module/target/classes:$(<"$root/$module/target/test.classpath")" \
            >"$root/$module/target/test.classpath.all"
        mv "$root/$module/target/test.classpath.all" "$root/$module/target/test.classpath"
        sed -nE 's,.*<heliograph\.(jvm|fuzz)\.flags>(.*)</heliograph.*,\2,p' "$root/pom.xml" >"$root/$module/target/test-jvm.options"
    done
}
