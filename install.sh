#!/bin/sh
# Installs osync: a binary where Deno's compiler can have its runtime, else
# JavaScript and a launcher that runs it on Deno; with the names of osync 1,
# manual pages, completions, examples of configuration files and systemd units.
set -eu
umask 022

DENO_VERSION=2.9.6
PREFIX=/usr/local
STAGE=${DESTDIR:-}
ACTION=install

usage() {
  cat <<'END'
Usage: sh install.sh [--prefix=DIR] [--destdir=DIR] [--remove]

Installs osync as DIR/bin/osync, with what it needs in DIR/lib/osync.

  --prefix=DIR   Where to install; /usr/local if not given
  --destdir=DIR  The root of the system that is installed into, if it is another
                 one; DESTDIR from the environment if not given
  --remove       Remove what an earlier run with this prefix installed;
                 configuration files stay
  -h, --help     Print this

A binary is made with "deno compile" where its runtime can be had: from the
network, or from the file that DENORT_BIN names. Else the program is installed
as JavaScript, with a launcher that runs it on the deno found here, or fetched
with npm.

The names osync.sh, osync-batch and osync-batch.sh are installed too; what had
them before is kept as NAME.save, and comes back with --remove. Below /usr and
/usr/local the examples go to /etc/osync and a file for logrotate to
/etc/logrotate.d, else the examples go to DIR/etc/osync. A file there that is
different is never overwritten: the new example is called NAME.new then.
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
    --destdir=?*) STAGE=${1#*=} ;;
    --destdir | --destdir=) fail "--destdir needs a value: --destdir=DIR" 64 ;;
    --remove) ACTION=remove ;;
    --silent | --no-stats) ;; # of osync 1; no statistics are sent anywhere
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option $1; --help lists the options" 64 ;;
  esac
  shift
done

# No shell has done this inside a word.
absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    '~/'*) printf '%s\n' "$HOME/${1#??}" ;;
    *) printf '%s\n' "$(pwd)/$1" ;;
  esac
}

PREFIX=$(absolute "$PREFIX")
[ -z "$STAGE" ] || STAGE=$(absolute "$STAGE")
STAGE=${STAGE%/}
case $PREFIX in
  /usr | /usr/local)
    EXAMPLES=/etc/osync
    USER_UNITS=$PREFIX/lib/systemd/user
    ;;
  *)
    EXAMPLES=$PREFIX/etc/osync
    USER_UNITS=$PREFIX/share/systemd/user # where systemd looks below ~/.local
    ;;
esac

# Where things will be; where they are put is $STAGE before it.
LIB=$PREFIX/lib/osync
PROGRAM=$PREFIX/bin/osync
# What was made, a line each: directories; files; what had their names before;
# sums of files in /etc, which go only if nobody has changed them.
RECORDS=$STAGE$LIB
MADE=$RECORDS/directories
FILES=$RECORDS/files
SAVED=$RECORDS/saved
SUMS=$RECORDS/sums

each_line() {
  if [ -e "$1" ]; then cat "$1"; fi
}

remove() {
  if [ ! -e "$MADE" ]; then
    echo "osync is not installed below $PREFIX"
    return
  fi
  each_line "$SUMS" | while IFS=' ' read -r sum path; do
    [ "$(sum_of "$STAGE$path")" != "$sum" ] || rm -f "$STAGE$path"
  done
  each_line "$FILES" | while IFS= read -r path; do rm -f "$STAGE$path"; done
  each_line "$SAVED" | while IFS= read -r path; do
    if [ -e "$STAGE$path.save" ]; then mv "$STAGE$path.save" "$STAGE$path"; fi
  done
  directories=$(LC_ALL=C sort -r -u "$MADE")
  rm -f "$STAGE$PROGRAM"
  rm -rf "$RECORDS"
  printf '%s\n' "$directories" | while IFS= read -r directory; do
    rmdir "$STAGE$directory" 2>/dev/null || :
  done
  echo "Removed osync from $PREFIX"
}

# Makes a directory, and records it and those above it that were not there.
directory() {
  absent=$1
  while [ ! -d "$STAGE$absent" ] && [ "$absent" != / ]; do
    printf '%s\n' "$absent" >>"$SCRATCH/directories"
    absent=$(dirname "$absent")
  done
  mkdir -p "$STAGE$1" 2>/dev/null ||
    fail "cannot write below $STAGE$PREFIX; choose another place with --prefix=DIR"
  if [ -d "$RECORDS" ] && [ -e "$SCRATCH/directories" ]; then
    cat "$SCRATCH/directories" >>"$MADE"
    rm "$SCRATCH/directories"
  fi
}

prepare() {
  [ -e "$MADE" ] || [ ! -e "$STAGE$PROGRAM" ] ||
    fail "$PROGRAM was not installed by this script; move it away first"
  [ -w "$STAGE$PREFIX" ] || [ ! -e "$STAGE$PREFIX" ] ||
    fail "cannot write below $STAGE$PREFIX; choose another place with --prefix=DIR"
  directory "$LIB"
  directory "$PREFIX/bin"
  touch "$MADE" "$FILES"
  mv "$FILES" "$FILES.before"
  cp "$FILES.before" "$FILES" # so that an end halfway leaves nothing unknown
}

# Whether the path is what a run of this script has put there.
is_ours() {
  grep -qxF -e "$1" "$FILES.before"
}

record() {
  printf '%s\n' "$1" >>"$FILES"
  printf '%s\n' "$1" >>"$SCRATCH/files"
}

# Puts a file in its place at once, with a mode; keeps what somebody else has there.
put() {
  directory "$(dirname "$3")"
  if [ -e "$STAGE$3" ] && ! is_ours "$3" && [ "$3" != "$PROGRAM" ]; then
    [ ! -e "$STAGE$3.save" ] ||
      fail "$STAGE$3 and $STAGE$3.save were not installed by this script; move one away first"
    mv "$STAGE$3" "$STAGE$3.save"
    printf '%s\n' "$3" >>"$SAVED"
    echo "Kept what was $STAGE$3 as $STAGE$3.save"
  fi
  record "$3"
  if [ "$1" = link ]; then
    ln -sf "$2" "$STAGE$3.new"
  else
    cp "$2" "$STAGE$3.new"
    chmod "$1" "$STAGE$3.new"
  fi
  mv -f "$STAGE$3.new" "$STAGE$3"
}

sum_of() {
  if [ -f "$1" ]; then cksum <"$1" | tr ' ' -; fi
}

# Puts a file where people change files: what is there already stays.
# $3 is added to the name then; without it there is no second file.
offer() {
  directory "$(dirname "$2")"
  path=$2
  if [ -e "$STAGE$path" ] && ! cmp -s "$1" "$STAGE$path"; then
    if [ -z "$3" ]; then
      echo "Left $STAGE$path as it is"
      return
    fi
    path=$path$3
    echo "Left $STAGE$2 as it is; the new one is $STAGE$path"
  elif [ -e "$STAGE$path" ]; then
    return
  fi
  cp "$1" "$STAGE$path"
  chmod 644 "$STAGE$path"
  printf '%s %s\n' "$(sum_of "$STAGE$path")" "$path" >>"$SUMS"
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
  for candidate in "$(command -v deno || :)" "$STAGE$LIB/deno"; do
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

# The program called by its old names. A script says what it does, whatever
# the program can see of the name it is called by.
put_names() {
  {
    echo '#!/bin/sh'
    echo "# Made by osync's install.sh."
    echo "exec $(quote "$PROGRAM") batch \"\$@\""
  } >"$SCRATCH/osync-batch"
  put 755 "$SCRATCH/osync-batch" "$PREFIX/bin/osync-batch"
  put link osync-batch "$PREFIX/bin/osync-batch.sh"
  put link osync "$PREFIX/bin/osync.sh"
}

put_manuals() {
  share=$PREFIX/share
  put 644 "$SOURCE/docs/man/osync.1" "$share/man/man1/osync.1"
  put 644 "$SOURCE/docs/man/osync.conf.5" "$share/man/man5/osync.conf.5"
  completions=$SOURCE/conf/completions
  put 644 "$completions/osync.bash" "$share/bash-completion/completions/osync"
  put 644 "$completions/osync.fish" "$share/fish/vendor_completions.d/osync.fish"
  for name in osync.sh osync-batch osync-batch.sh; do
    put link osync "$share/bash-completion/completions/$name"
    put link osync.fish "$share/fish/vendor_completions.d/$name.fish"
  done
  put 644 "$completions/_osync" "$share/zsh/site-functions/_osync"
}

# A path as systemd reads it in ExecStart.
unit_word() {
  printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g; s/%/%%/g')"
}

put_unit() {
  while IFS= read -r line; do
    case $line in
      *@PROGRAM@*)
        printf '%s%s%s\n' "${line%%@PROGRAM@*}" "$(unit_word "$PROGRAM")" \
          "${line#*@PROGRAM@}"
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$1" >"$SCRATCH/unit"
  put 644 "$SCRATCH/unit" "$2/$(basename "$1")"
}

put_units() {
  for unit in "$SOURCE"/conf/systemd/user/*; do
    put_unit "$unit" "$USER_UNITS"
  done
  [ "$EXAMPLES" = /etc/osync ] || return 0
  for unit in "$SOURCE"/conf/systemd/system/*; do
    put_unit "$unit" "$PREFIX/lib/systemd/system"
  done
}

offer_examples() {
  for example in "$SOURCE"/conf/*.example; do
    offer "$example" "$EXAMPLES/$(basename "$example")" .new
  done
  # logrotate would read a second file as well.
  if [ "$EXAMPLES" = /etc/osync ]; then
    offer "$SOURCE/conf/logrotate" /etc/logrotate.d/osync ""
  fi
}

# Everything but the program itself, and nothing that an earlier version had.
finish() {
  put_names
  put_manuals
  put_units
  offer_examples
  while IFS= read -r path; do
    grep -qxF -e "$path" "$SCRATCH/files" || rm -f "$STAGE$path"
  done <"$FILES.before"
  LC_ALL=C sort -u "$SCRATCH/files" >"$FILES"
  rm -f "$FILES.before"
}

# What is needed in few runs is in files of its own, which the others do not
# read. All of them go with the directory.
put_program() {
  to=$STAGE$LIB/program
  chmod -R u+rwX,go+rX "$1"
  rm -rf "$to.new" "$to.old"
  mv "$1" "$to.new"
  [ ! -e "$to" ] || mv "$to" "$to.old"
  mv "$to.new" "$to"
  rm -rf "$to.old"
}

install() {
  SOURCE=$(cd "$(dirname "$0")" && pwd)
  VERSION="osync $(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$SOURCE/deno.json")"
  SCRATCH=$(mktemp -d)
  trap 'rm -rf "$SCRATCH"' EXIT
  find_deno
  if compile; then
    prepare
    put 755 "$SCRATCH/osync" "$PROGRAM"
    rm -rf "$STAGE$LIB/program"
    finish
    echo "Installed $VERSION: the binary $PROGRAM"
    return
  fi
  echo "No binary, because deno compile could not get its runtime; installing JavaScript and a launcher"
  (cd "$SOURCE" && "$DENO" bundle --quiet --no-lock --code-splitting \
    --outdir "$SCRATCH/program" main.ts) </dev/null || fail "deno bundle failed"
  prepare
  # Another system may have no deno, or elsewhere; what npm fetched would not stay.
  if [ "$DENO" = "$(cd "$STAGE$LIB" && pwd -P)/deno" ]; then
    record "$LIB/deno"
    DENO=$LIB/deno
  elif [ -n "$STAGE" ] || [ "${DENO#"$SCRATCH"}" != "$DENO" ]; then
    put 755 "$DENO" "$LIB/deno"
    DENO=$LIB/deno
  fi
  put_program "$SCRATCH/program"
  write_launcher >"$SCRATCH/launcher"
  put 755 "$SCRATCH/launcher" "$PROGRAM"
  finish
  [ -n "$STAGE" ] || [ "$("$PROGRAM" --version)" = "$VERSION" ] ||
    fail "$PROGRAM does not run"
  echo "Installed $VERSION: $PROGRAM runs $LIB/program on $DENO"
}

"$ACTION"
