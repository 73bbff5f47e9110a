/**
 * The reaper: a shell that outlives the process that feeds it. It is told of process groups on its standard
 * input, and when that ends (closed, or because its other end was killed) it kills all that are left:
 * the groups, what has left them but not their session, and, where /proc shows environments, what has
 * left both but was started by one of this cluster's tasks.
 *
 * `$1` is a text that stands in the environment of every task of this cluster and of no other process;
 * `$2` is a folder to remove at the end, or empty.
 */
export const REAPER_SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r verb group; do
  case "$verb" in
    add) groups="$groups$group " ;;
    del) case "$groups" in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
sweep() {
  for group in $groups; do kill -KILL -- "-$group" 2>/dev/null; done
  [ -r /proc/self/stat ] || return 0
  for stat in /proc/[0-9]*/stat; do
    read -r line 2>/dev/null < "$stat" || continue
    pid=\${line%% *}
    set -- \${line##*) }
    case "$groups" in *" $4 "*) kill -KILL "$pid" 2>/dev/null ;; esac
  done
  for environ in $(grep -lsF -- "$mark" /proc/[0-9]*/environ); do
    pid=\${environ#/proc/}
    kill -KILL "\${pid%%/*}" 2>/dev/null
  done
}
mark=$1
folder=$2
sweep
sweep
if [ -n "$folder" ]; then rm -rf -- "$folder"; fi
`;
