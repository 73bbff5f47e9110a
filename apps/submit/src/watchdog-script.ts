/**
 * The guard that outlives us: a small shell whose standard input is a pipe from this process.
 *
 * `signal NAME` on a line sends that signal to every process of the driver. End of file means that this
 * process is gone, by `kill -9` perhaps: whatever of the driver is left gets TERM, and KILL 5 s later.
 * `done` means that nothing is left to guard.
 *
 * The driver is more than one process (bin/spark-shell waits for a JVM, pyspark starts one), and those are
 * orphaned if the first is killed, so they are known by a variable that all of them inherit. Where there is
 * no /proc the descendants of the first process are taken, which is as good while that one lives.
 *
 * $1 is the variable with its value, $2 the first process's id. Nothing is interpolated into this text.
 */
export const WATCHDOG_SCRIPT = `
marked() {
  if [ -r /proc/self/environ ]; then
    grep -lsF -- "$1" /proc/[0-9]*/environ | while IFS= read -r file; do
      file="\${file#/proc/}"
      printf '%s\\n' "\${file%/environ}"
    done
  else
    ps -A -o pid= -o ppid= | awk -v root="$2" '
      { parent[$1] = $2 }
      END {
        for (pid in parent) {
          above = pid
          while (above != "" && above != root && above > 1) above = parent[above]
          if (above == root) print pid
        }
      }'
  fi
}
all() {
  for pid in $(marked "$2" "$3"); do
    kill -s "$1" "$pid" 2>/dev/null
  done
}
trap '' HUP INT QUIT TERM
while IFS=' ' read -r word name; do
  case "$word" in
    signal) all "$name" "$1" "$2" ;;
    done) exit 0 ;;
  esac
done
all TERM "$1" "$2"
left=20
while [ "$left" -gt 0 ] && [ -n "$(marked "$1" "$2")" ]; do
  sleep 0.25
  left=$((left - 1))
done
all KILL "$1" "$2"
`;
