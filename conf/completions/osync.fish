# fish completion for osync. Made by "deno task docs" from the table of options.

function __osync_is_batch
    set -l words (commandline -opc)
    string match -q '*osync-batch*' -- $words[1]
    or test "$words[2]" = batch
end

function __osync_is_first
    set -l words (commandline -opc)
    test (count $words) -eq 1
    and not string match -q '*osync-batch*' -- $words[1]
end

for command in osync osync.sh osync-batch osync-batch.sh
    complete -c $command -f
    complete -c $command -a '(__fish_complete_suffix .conf)'
    complete -c $command -n __osync_is_first -a batch -d 'Run many configuration files, and again those that failed'
    complete -c $command -n __osync_is_first -a check -d 'Say what is in force and where it comes from; run nothing'
    complete -c $command -n __osync_is_first -a upgrade -d 'Rewrite a file of osync 1, and take over what osync 1 remembers'
    complete -c $command -n 'not __osync_is_batch' -l initiator -x -a '(__fish_complete_directories)' -d 'The replica on this machine'
    complete -c $command -n 'not __osync_is_batch' -l target -x -a '(__fish_complete_directories)' -d 'The other replica'
    complete -c $command -n 'not __osync_is_batch' -l instance-id -x -d 'Name of the task, in the log and in the state'
    complete -c $command -n 'not __osync_is_batch' -l initiator-state-dir -x -a '(__fish_complete_directories)' -d 'Where the initiator\'s state is kept'
    complete -c $command -n 'not __osync_is_batch' -l target-state-dir -x -a '(__fish_complete_directories)' -d 'Where the target\'s state is kept'
    complete -c $command -n 'not __osync_is_batch' -l checksum -d 'Compare contents, not sizes and times'
    complete -c $command -n 'not __osync_is_batch' -l modify-window -x -d 'Times this many seconds apart are still equal'
    complete -c $command -n 'not __osync_is_batch' -l no-maxtime -d 'No time limits, whatever SOFT_ and HARD_MAX_EXEC_TIME say'
    complete -c $command -n 'not __osync_is_batch' -l log-conflicts -d 'List the conflicts at the end, not only their number'
    complete -c $command -n 'not __osync_is_batch' -l alert-conflicts -d 'List the conflicts at the end, and mail the list'
    complete -c $command -n 'not __osync_is_batch' -l skip-deletion -x -a 'initiator target' -d 'Delete nothing on this side: initiator, target or both with a comma between'
    complete -c $command -n 'not __osync_is_batch' -l sync-type -x -a 'initiator2target target2initiator' -d 'Change one side only: initiator2target or target2initiator'
    complete -c $command -n 'not __osync_is_batch' -l no-resume -d 'Accepted; no run relies on lists of an earlier, unfinished one'
    complete -c $command -n 'not __osync_is_batch' -l partial -d 'Accepted; an interrupted copy on this machine starts again'
    complete -c $command -n 'not __osync_is_batch' -l destination-mails -x -d 'Who gets mails about runs with errors or warnings'
    complete -c $command -n 'not __osync_is_batch' -l dry -d 'Say what would be done, and change nothing'
    complete -c $command -n 'not __osync_is_batch' -l initialize -d 'Record what both replicas hold now, and synchronise nothing'
    complete -c $command -n 'not __osync_is_batch' -l allow-mass-deletion -d 'Delete however much; see MAX_DELETE_PERCENT'
    complete -c $command -n 'not __osync_is_batch' -l accept-new-root -d 'Go on if a replica is suddenly another directory or filesystem, or has lost its .osync_workdir'
    complete -c $command -n 'not __osync_is_batch' -l no-locks -d 'Take no locks; nothing else may use the replicas meanwhile'
    complete -c $command -n 'not __osync_is_batch' -l force-unlock -d 'Take over any lock, even that of a run still going'
    complete -c $command -n 'not __osync_is_batch' -l silent -d 'Print nothing; the log is still written'
    complete -c $command -n 'not __osync_is_batch' -l errors-only -d 'Print and log only warnings, errors and lists asked for'
    complete -c $command -n 'not __osync_is_batch' -l no-prefix -d 'No time at the beginning of lines'
    complete -c $command -n 'not __osync_is_batch' -l non-interactive -d 'No progress line; there is never one but on a terminal'
    complete -c $command -n 'not __osync_is_batch' -l summary -d 'List all changes at the end'
    complete -c $command -n 'not __osync_is_batch' -l verbose -d 'One line for each change as it is made'
    complete -c $command -n 'not __osync_is_batch' -l stats -d 'Entries, bytes and seconds at the end'
    complete -c $command -n 'not __osync_is_batch' -l json -d 'One JSON object per line instead of text'
    complete -c $command -n 'not __osync_is_batch' -l help -d 'Print all options'
    complete -c $command -n 'not __osync_is_batch' -l version -d 'Print the version'
    complete -c $command -n '__osync_is_batch' -l path -x -a '(__fish_complete_suffix .conf)' -d 'Configuration files: all *.conf of a directory, or one; may be repeated'
    complete -c $command -n '__osync_is_batch' -l max-runs -x -d 'How often a file is run that fails; 3 if not given'
    complete -c $command -n '__osync_is_batch' -l max-exec-time -x -d 'Start nothing more after so many seconds; 0 = any; 36000 if not given'
    complete -c $command -n '__osync_is_batch' -l parallel -x -d 'How many files are run at the same time; 1 if not given'
    complete -c $command -n '__osync_is_batch' -l initiator-state-dir -x -a '(__fish_complete_directories)' -d 'Where the initiator\'s state is kept'
    complete -c $command -n '__osync_is_batch' -l target-state-dir -x -a '(__fish_complete_directories)' -d 'Where the target\'s state is kept'
    complete -c $command -n '__osync_is_batch' -l checksum -d 'Compare contents, not sizes and times'
    complete -c $command -n '__osync_is_batch' -l modify-window -x -d 'Times this many seconds apart are still equal'
    complete -c $command -n '__osync_is_batch' -l no-maxtime -d 'No time limits, whatever SOFT_ and HARD_MAX_EXEC_TIME say'
    complete -c $command -n '__osync_is_batch' -l log-conflicts -d 'List the conflicts at the end, not only their number'
    complete -c $command -n '__osync_is_batch' -l alert-conflicts -d 'List the conflicts at the end, and mail the list'
    complete -c $command -n '__osync_is_batch' -l skip-deletion -x -a 'initiator target' -d 'Delete nothing on this side: initiator, target or both with a comma between'
    complete -c $command -n '__osync_is_batch' -l sync-type -x -a 'initiator2target target2initiator' -d 'Change one side only: initiator2target or target2initiator'
    complete -c $command -n '__osync_is_batch' -l no-resume -d 'Accepted; no run relies on lists of an earlier, unfinished one'
    complete -c $command -n '__osync_is_batch' -l partial -d 'Accepted; an interrupted copy on this machine starts again'
    complete -c $command -n '__osync_is_batch' -l destination-mails -x -d 'Who gets mails about runs with errors or warnings'
    complete -c $command -n '__osync_is_batch' -l dry -d 'Say what would be done, and change nothing'
    complete -c $command -n '__osync_is_batch' -l initialize -d 'Record what both replicas hold now, and synchronise nothing'
    complete -c $command -n '__osync_is_batch' -l allow-mass-deletion -d 'Delete however much; see MAX_DELETE_PERCENT'
    complete -c $command -n '__osync_is_batch' -l accept-new-root -d 'Go on if a replica is suddenly another directory or filesystem, or has lost its .osync_workdir'
    complete -c $command -n '__osync_is_batch' -l no-locks -d 'Take no locks; nothing else may use the replicas meanwhile'
    complete -c $command -n '__osync_is_batch' -l force-unlock -d 'Take over any lock, even that of a run still going'
    complete -c $command -n '__osync_is_batch' -l silent -d 'Print nothing; the log is still written'
    complete -c $command -n '__osync_is_batch' -l errors-only -d 'Print and log only warnings, errors and lists asked for'
    complete -c $command -n '__osync_is_batch' -l no-prefix -d 'No time at the beginning of lines'
    complete -c $command -n '__osync_is_batch' -l non-interactive -d 'No progress line; there is never one but on a terminal'
    complete -c $command -n '__osync_is_batch' -l summary -d 'List all changes at the end'
    complete -c $command -n '__osync_is_batch' -l verbose -d 'One line for each change as it is made'
    complete -c $command -n '__osync_is_batch' -l stats -d 'Entries, bytes and seconds at the end'
    complete -c $command -n '__osync_is_batch' -l json -d 'One JSON object per line instead of text'
    complete -c $command -n '__osync_is_batch' -l help -d 'Print all options'
    complete -c $command -n '__osync_is_batch' -l version -d 'Print the version'
end
