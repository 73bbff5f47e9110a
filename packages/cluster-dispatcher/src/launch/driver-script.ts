import { HIDDEN_PROPERTIES_VARIABLE } from './hidden-properties.ts';

/** Exit status of a driver's task that found no Spark on its agent; the same as that of an executor. */
export const NO_SPARK_STATUS = 119;

/** Where a driver's Spark is looked for. */
export type SparkPlace =
  /** In the folder that a fetched package unpacks to; `text` is how its name begins. */
  | { readonly kind: 'fetched'; readonly text: string }
  /** In the image: in its work directory, as it always was, else in SPARK_HOME, else in `text`, which may be empty. */
  | { readonly kind: 'image'; readonly text: string }
  /** In `text`. */
  | { readonly kind: 'home'; readonly text: string };

/** What the script is told; every field is one argument. */
export interface DriverScriptArguments {
  readonly spark: SparkPlace;
  /** What goes before LD_LIBRARY_PATH as it is on the agent; empty: nothing. */
  readonly libraryPath: string;
  readonly sparkSubmit: readonly string[];
}

/** The words for `/bin/sh`, behind its own name. */
export function driverScriptArguments({ spark, libraryPath, sparkSubmit }: DriverScriptArguments): string[] {
  return ['-c', DRIVER_SCRIPT, 'spark-driver', spark.kind, spark.text, libraryPath, ...sparkSubmit];
}

/**
 * What the task of a driver runs, the same text for every driver: nothing is ever put into it, so that no name, path or
 * argument can break out of its quotes (rules D75, D76).
 *
 * The driver runs in its sandbox, which files are fetched to, wherever its Spark is. SPARK_HOME is set, for an agent's
 * own would lead spark-submit to another Spark than the one it lies in. `exec` makes it the task's own process, so that
 * a kill reaches it.
 *
 * Properties that nobody else is to read come in a variable. spark-submit takes them from a file, which it opens twice, and
 * then leaves the agent's own defaults out: so these stand before them in it. The file is open, and has no name any more,
 * when spark-submit begins: no listing of the sandbox shows it, and it is gone with the driver. Where there is no /proc
 * it stays, for the task's own user to read.
 */
export const DRIVER_SCRIPT = `
place=$1 text=$2 library=$3
shift 3
began=$PWD
cd "\${MESOS_SANDBOX:-.}" || exit
case $place in
  fetched) set -- "$PWD/$text"*/ "$PWD"/*/ "$PWD" -- "$@" ;;
  image) set -- "$began" "\${SPARK_HOME:-/}" "\${text:-/}" -- "$@" ;;
  *) set -- "$text" -- "$@" ;;
esac
home=
while [ "$1" != -- ]; do
  [ -n "$home" ] || [ ! -f "$1/bin/spark-submit" ] || home=\${1%/}
  shift
done
shift
if [ -z "$home" ]; then
  printf 'spark-mesos: %s\\n' "there is no Spark on this agent ($place $text): set spark.mesos.executor.home to where it is, spark.executor.uri to a package that agents can fetch, or an image" >&2
  exit ${NO_SPARK_STATUS}
fi
export SPARK_HOME="$home"
[ -z "$library" ] || export LD_LIBRARY_PATH="$library\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if [ -n "\${${HIDDEN_PROPERTIES_VARIABLE}:-}" ]; then
  file=$PWD/.spark-mesos-$$
  rm -f "$file"
  (
    umask 077
    {
      cat "\${SPARK_CONF_DIR:-$home/conf}/spark-defaults.conf" 2>/dev/null
      printf '\\n\\n%s\\n' "$${HIDDEN_PROPERTIES_VARIABLE}"
    } >"$file"
  ) || exit
  unset ${HIDDEN_PROPERTIES_VARIABLE}
  exec 3<"$file"
  if [ -f /proc/self/fd/3 ]; then
    rm -f "$file"
    file=/proc/self/fd/3
  fi
  set -- --properties-file "$file" "$@"
fi
exec "$home/bin/spark-submit" "$@"
`;
