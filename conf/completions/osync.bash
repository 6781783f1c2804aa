# bash completion for osync. Made by "deno task docs" from the table of options.

_osync_reply() {
  COMPREPLY=()
  local reply
  while IFS= read -r reply; do COMPREPLY+=("$reply"); done
}

_osync_names() {
  # Elsewhere than in a completion there are no options to set.
  compopt -o filenames 2>/dev/null
  _osync_reply
}

_osync_configurations() {
  { compgen -f -X '!*.[cC][oO][nN][fF]' -- "$1"; compgen -d -- "$1"; } | sort -u
}

_osync_value() {
  case $1 in
    --initiator | --target | --initiator-state-dir | --target-state-dir)
      _osync_names < <(compgen -d -- "$2") ;;
    --instance-id | --modify-window | --destination-mails | --max-runs | --max-exec-time | --parallel)
      : ;;
    --skip-deletion)
      _osync_reply < <(compgen -W 'initiator target' -- "$2") ;;
    --sync-type)
      _osync_reply < <(compgen -W 'initiator2target target2initiator' -- "$2") ;;
    --path)
      _osync_names < <(_osync_configurations "$2") ;;
    *) return 1 ;;
  esac
}

_osync() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options
  # To readline, "=" is a word of its own.
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  _osync_value "$prev" "$cur" && return
  if [[ ${1##*/} == osync-batch* || ${COMP_WORDS[1]} == batch ]]; then
    options='--path=
--max-runs=
--max-exec-time=
--parallel=
--initiator-state-dir=
--target-state-dir=
--checksum
--modify-window=
--no-maxtime
--log-conflicts
--alert-conflicts
--skip-deletion=
--sync-type=
--no-resume
--partial
--destination-mails=
--dry
--initialize
--allow-mass-deletion
--accept-new-root
--no-locks
--force-unlock
--silent
--errors-only
--no-prefix
--non-interactive
--summary
--verbose
--stats
--json
--help
--version'
  else
    options='--initiator=
--target=
--instance-id=
--initiator-state-dir=
--target-state-dir=
--checksum
--modify-window=
--no-maxtime
--log-conflicts
--alert-conflicts
--skip-deletion=
--sync-type=
--no-resume
--partial
--destination-mails=
--dry
--initialize
--allow-mass-deletion
--accept-new-root
--no-locks
--force-unlock
--silent
--errors-only
--no-prefix
--non-interactive
--summary
--verbose
--stats
--json
--help
--version'
  fi
  if [[ $cur == -* ]]; then
    _osync_reply < <(compgen -W "$options" -- "$cur")
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&
      compopt -o nospace 2>/dev/null
    return
  fi
  if [[ $COMP_CWORD -eq 1 && ${1##*/} != osync-batch* ]]; then
    _osync_reply < <(compgen -W 'batch check upgrade' -- "$cur")
    [[ -n $cur && ${#COMPREPLY[@]} -gt 0 ]] && return
    local commands=("${COMPREPLY[@]}")
    _osync_names < <(_osync_configurations "$cur")
    COMPREPLY=("${commands[@]}" "${COMPREPLY[@]}")
    return
  fi
  _osync_names < <(_osync_configurations "$cur")
}

complete -F _osync osync osync.sh osync-batch osync-batch.sh
