# shellcheck shell=bash
# What ./demo and ./bench share: setup, and a build that says one line and does nothing when there
# is nothing to do. Sourced, from the root of the project.
. ./setup

# build NAME MODULE...: compiles the modules and what they need, unless that was done since the
# last change. NAME tells one set of modules from another.
build() {
    local stamp=target/$1.built log=target/$1.log module sources=(pom.xml .mvn) start=$SECONDS
    shift
    for module in packer library "$@"; do
        sources+=("$module/pom.xml" "$module/src/main")
        # Somebody may have cleaned up.
        [[ -d $module/target/classes ]] || rm -f "$stamp"
    done
    # Folders are looked at, too: their times tell of files that went away.
    if [[ -e $stamp && -z $(find "${sources[@]}" -newer "$stamp" -print -quit) ]]; then
        return
    fi
    mkdir -p target
    touch "$stamp.new" # Before the build, for what is changed meanwhile.
    printf 'building ... ' >&2
    if ! ./mvnw -B -q -Dmaven.test.skip=true -pl "$(IFS=, && echo "$*")" -am package >"$log" 2>&1; then
        echo "failed:" >&2
        cat "$log" >&2
        exit 1
    fi
    mv "$stamp.new" "$stamp"
    echo "done in $((SECONDS - start)) s" >&2
}
