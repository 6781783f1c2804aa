/** The completion of osync for bash; it needs nothing else. */

import { COMMANDS } from "../manual/commands.ts";
import { BATCH_SPECS, type Completer, RUN_SPECS, type Spec } from "./specs.ts";

/** The file that bash reads. */
export function bashCompletion(): string {
  return `\
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
${valueCases([...RUN_SPECS, ...BATCH_SPECS])}
    *) return 1 ;;
  esac
}

_osync() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} options
  # To readline, "=" is a word of its own.
  if [[ $cur == "=" ]]; then
    cur=
  elif [[ $prev == "=" ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  _osync_value "$prev" "$cur" && return
  if [[ \${1##*/} == osync-batch* || \${COMP_WORDS[1]} == batch ]]; then
    options='${optionWords(BATCH_SPECS)}'
  else
    options='${optionWords(RUN_SPECS)}'
  fi
  if [[ $cur == -* ]]; then
    _osync_reply < <(compgen -W "$options" -- "$cur")
    [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] &&
      compopt -o nospace 2>/dev/null
    return
  fi
  if [[ $COMP_CWORD -eq 1 && \${1##*/} != osync-batch* ]]; then
    _osync_reply < <(compgen -W '${
    COMMANDS.map(({ name }) => name).join(" ")
  }' -- "$cur")
    [[ -n $cur && \${#COMPREPLY[@]} -gt 0 ]] && return
    local commands=("\${COMPREPLY[@]}")
    _osync_names < <(_osync_configurations "$cur")
    COMPREPLY=("\${commands[@]}" "\${COMPREPLY[@]}")
    return
  fi
  _osync_names < <(_osync_configurations "$cur")
}

complete -F _osync osync osync.sh osync-batch osync-batch.sh
`;
}

function optionWords(specs: readonly Spec[]): string {
  return specs.map(({ name, value }) => value ? `${name}=` : name).join("\n");
}

function valueCases(specs: readonly Spec[]): string {
  const cases = new Map<string, Set<string>>();
  for (const { name, value } of specs) {
    if (value === undefined) continue;
    const action = actionOf(value.completer);
    cases.set(action, (cases.get(action) ?? new Set()).add(name));
  }
  return [...cases].map(([action, names]) =>
    `    ${[...names].join(" | ")})\n      ${action} ;;`
  ).join("\n");
}

function actionOf(completer: Completer): string {
  switch (completer.kind) {
    case "directory":
      return '_osync_names < <(compgen -d -- "$2")';
    case "file":
      return '_osync_names < <(compgen -f -- "$2")';
    case "configurations":
      return '_osync_names < <(_osync_configurations "$2")';
    case "words":
      return `_osync_reply < <(compgen -W '${
        completer.words.join(" ")
      }' -- "$2")`;
    case "nothing":
      return ":";
    default:
      return completer satisfies never;
  }
}
