#!/bin/sh
# Installs osync: a binary where Deno's compiler can have its runtime, else one
# file and a launcher that runs it on Deno.
set -eu
umask 022

DENO_VERSION=2.9.6
PREFIX=/usr/local
ACTION=install

usage() {
  cat <<'END'
Usage: sh install.sh [--prefix=DIR] [--remove]

Installs osync as DIR/bin/osync, with what it needs in DIR/lib/osync.

  --prefix=DIR  Where to install; /usr/local if not given
  --remove      Remove what an earlier run with this prefix installed
  -h, --help    Print this

A binary is made with "deno compile" where its runtime can be had: from the
network, or from the file that DENORT_BIN names. Else the program is installed
as JavaScript, with a launcher that runs it on the deno found here, or fetched
with npm.
END
}

fail() {
  echo "install.sh: $1" >&2
  exit "${2:-1}"
}

while [ $# -gt 0 ]; do
  case $1 in
    --prefix=?*) PREFIX=${1#*=} ;;
    --prefix)
      [ -n "${2:-}" ] || fail "--prefix needs a value: --prefix=DIR" 64
      PREFIX=$2
      shift
      ;;
    --prefix=) fail "--prefix needs a value: --prefix=DIR" 64 ;;
    --remove) ACTION=remove ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option $1; --help lists the options" 64 ;;
  esac
  shift
done

case $PREFIX in
  /*) ;;
  "~/"*) PREFIX=$HOME/${PREFIX#??} ;; # no shell has done this inside a word
  *) PREFIX=$(pwd)/$PREFIX ;;
esac
LIB=$PREFIX/lib/osync
PROGRAM=$PREFIX/bin/osync
# Directories that were made for osync, the deepest first.
MADE=$LIB/directories

remove() {
  if [ ! -e "$MADE" ]; then
    echo "osync is not installed below $PREFIX"
    return
  fi
  directories=$(cat "$MADE")
  rm -f "$PROGRAM"
  rm -rf "$LIB"
  printf '%s\n' "$directories" | while IFS= read -r directory; do
    rmdir "$directory" 2>/dev/null || :
  done
  echo "Removed osync from $PREFIX"
}

# Directories on the way to $1 that do not exist yet, the deepest first.
missing() {
  directory=$1
  while [ ! -d "$directory" ]; do
    printf '%s\n' "$directory"
    directory=$(dirname "$directory")
  done
}

make_directories() {
  if [ -e "$MADE" ]; then
    mkdir -p "$PREFIX/bin"
    return
  fi
  [ ! -e "$PROGRAM" ] ||
    fail "$PROGRAM was not installed by this script; move it away first"
  absent=$(missing "$PREFIX/bin"; missing "$PREFIX/lib")
  mkdir -p "$PREFIX/bin" "$LIB" 2>/dev/null ||
    fail "cannot write below $PREFIX; choose another place with --prefix=DIR"
  printf '%s\n' "$absent" >"$MADE"
}

# The binary of a deno that is new enough, whatever launcher stands before it.
deno_at() {
  # shellcheck disable=SC2016
  "$1" eval --no-config --no-lock '
    const [major, minor] = Deno.version.deno.split(".").map(Number);
    if (major > 2 || major === 2 && minor >= 9) console.log(Deno.execPath());
  ' 2>/dev/null </dev/null
}

# The first deno that will stay where it is, else one fetched with npm.
find_deno() {
  for candidate in "$(command -v deno || :)" "$LIB/deno"; do
    [ -n "$candidate" ] && [ -x "$candidate" ] || continue
    DENO=$(deno_at "$candidate") || continue
    case $DENO in
      "" | */_npx/*) ;; # npm may clear its cache at any time
      *) return ;;
    esac
  done
  command -v npm >/dev/null ||
    fail "neither deno 2.9 nor npm is here; install one of them first"
  echo "Fetching deno $DENO_VERSION with npm"
  npm install --silent --no-fund --no-audit --no-save --prefix "$SCRATCH" \
    "deno@$DENO_VERSION" </dev/null || fail "npm could not fetch deno"
  for fetched in "$SCRATCH"/node_modules/@deno/*/deno; do
    DENO=$(deno_at "$fetched") || fail "the deno that npm fetched does not run here"
  done
}

compile() {
  (cd "$SOURCE" && "$DENO" compile -A --quiet --no-lock --exclude-unused-npm \
    --output "$SCRATCH/osync" main.ts) >/dev/null 2>&1 </dev/null || return 1
  [ "$("$SCRATCH/osync" --version 2>/dev/null </dev/null)" = "$VERSION" ]
}

# One shell word.
quote() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# Everything is allowed: osync calls the C library, which no narrower
# permission would hold back, and looks into /proc, which needs them all.
# Nothing is cached: it would be in the home directory, and a home that is
# synchronised would never be the same twice.
write_launcher() {
  cat <<END
#!/bin/sh
# Made by osync's install.sh.
deno=$(quote "$DENO")
[ -x "\$deno" ] || deno=\$(command -v deno) || {
  echo "osync: deno is gone; run osync's install.sh again" >&2
  exit 1
}
export DENO_NO_UPDATE_CHECK=1 DENO_DIR=/dev/null
exec "\$deno" run -A --quiet --no-config --no-lock --no-remote --no-npm \\
  $(quote "$LIB/program/main.js") "\$@"
END
}

put() {
  chmod 755 "$1"
  mv -f "$1" "$2.new"
  mv -f "$2.new" "$2"
}

# What is needed in few runs is in files of its own, which the others do not read.
put_program() {
  chmod -R u+rwX,go+rX "$1"
  rm -rf "$LIB/program.new" "$LIB/program.old"
  mv "$1" "$LIB/program.new"
  [ ! -e "$LIB/program" ] || mv "$LIB/program" "$LIB/program.old"
  mv "$LIB/program.new" "$LIB/program"
  rm -rf "$LIB/program.old"
}

install() {
  SOURCE=$(cd "$(dirname "$0")" && pwd)
  VERSION="osync $(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$SOURCE/deno.json")"
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"' EXIT
  find_deno
  if compile; then
    make_directories
    put "$SCRATCH/osync" "$PROGRAM"
    rm -rf "$LIB/program" "$LIB/deno"
    echo "Installed $VERSION: the binary $PROGRAM"
    return
  fi
  echo "No binary, because deno compile could not get its runtime; installing JavaScript and a launcher"
  (cd "$SOURCE" && "$DENO" bundle --quiet --no-lock --code-splitting \
    --outdir "$SCRATCH/program" main.ts) </dev/null || fail "deno bundle failed"
  make_directories
  case $DENO in
    "$SCRATCH"/*)
      put "$DENO" "$LIB/deno"
      DENO=$LIB/deno
      ;;
  esac
  put_program "$SCRATCH/program"
  write_launcher >"$SCRATCH/launcher"
  put "$SCRATCH/launcher" "$PROGRAM"
  [ "$("$PROGRAM" --version)" = "$VERSION" ] || fail "$PROGRAM does not run"
  echo "Installed $VERSION: $PROGRAM runs $LIB/program on $DENO"
}

"$ACTION"
