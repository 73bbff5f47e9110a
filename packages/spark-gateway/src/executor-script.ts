/** Exit status of an executor's task whose files would not outlive it, as a shuffle service needs them to. */
export const SANDBOX_FILES_STATUS = 116;

/** Exit status of an executor's task whose Spark is another version than its driver's. */
export const OTHER_SPARK_STATUS = 117;

/** Exit status of an executor's task that found no Java on its agent. */
export const NO_JAVA_STATUS = 118;

/** Exit status of an executor's task that found no Spark on its agent. */
export const NO_SPARK_STATUS = 119;

/** How the script's own lines on standard error begin, by which they are found again. */
export const OWN_WORDS = 'spark-mesos: ';

/** The script's own name in the first of its two rounds. */
const FIRST_ROUND = 'spark-executor';

/** What the script is told; every field is one argument, and an empty one says nothing. */
export interface ScriptArguments {
  /** How the folder of the fetched package begins. Empty: none was fetched. */
  readonly fetchedFolder?: string;
  /** The version of the driver's Spark, which the executor's must be. Empty: it is not looked at. */
  readonly sparkVersion?: string;
  /** Where Spark is if SPARK_HOME, which may come from an image, leads to none. */
  readonly fallbackHome?: string;
  /** What goes before Spark's own class path. */
  readonly classPath?: string;
  /** What goes before LD_LIBRARY_PATH as it is on the agent (rule C11). */
  readonly libraryPath?: string;
  /**
   * Directories of the agent, with commas between, where files go that a shuffle service keeps, unless SPARK_LOCAL_DIRS
   * says otherwise. Empty: they are the executor's alone, and go to the sandbox.
   */
  readonly keptFiles?: string;
  /** JSON of the GPUs and the like that the executor has; see executor-resources.ts. */
  readonly resources?: string;
  /** The JVM's arguments behind the class path. */
  readonly java: readonly string[];
}

/** The words for `/bin/sh`, behind its own name. */
export function scriptArguments(told: ScriptArguments): string[] {
  return [
    '-c',
    // The script is handed in as a word, so that its second round can be given it again.
    'eval "$1"',
    FIRST_ROUND,
    EXECUTOR_SCRIPT,
    told.fetchedFolder ?? '',
    told.sparkVersion ?? '',
    told.fallbackHome ?? '',
    told.classPath ?? '',
    told.libraryPath ?? '',
    told.keptFiles ?? '',
    told.resources ?? '',
    ...told.java,
  ];
}

/**
 * What the task of an executor runs, the same text for every executor: nothing is ever put into it.
 * It gives the JVM what a standalone worker's own environment gives, what Spark's `spark-class` did for executors on
 * Mesos, and what Mesos's command executor does not. Its arguments are those of {@link ScriptArguments}, in order.
 *
 * - A fetched package (spark.executor.uri, rule C13) is the first folder with jars in it whose name begins as the
 *   archive's, else any folder with a Spark in it, whatever its name, else the sandbox itself. It is gone into.
 * - The version is that of the core jar, or where jars are named otherwise, that of a distribution's RELEASE file.
 * - `conf/spark-env.sh` of the agent is read as `spark-class` would: there clusters keep JAVA_HOME, scratch disks and
 *   Hadoop's configuration. It is written for bash, so bash reads it where there is one, and the script's second round
 *   goes on there. Without the file no second shell is started.
 * - Scratch files go to the sandbox, where the agent clears them away: Spark 4 no longer looks at MESOS_SANDBOX.
 *   With a shuffle service they must outlive it, so that Spark's own setting counts (spark.local.dir, else /tmp), and
 *   directories in the sandbox, or none of the agent's, are refused.
 * - Without a locale the JVM would take file names for ASCII; without HOME some libraries fail.
 * - `exec` makes the JVM the task's own process, so that a kill reaches it.
 */
export const EXECUTOR_SCRIPT = `
script=$1 folder=$2 version=$3 fallback=$4 classpath=$5 library=$6 kept=$7 resources=$8
shift 8
complain() {
  printf '${OWN_WORDS}%s\\n' "$2" >&2
  exit "$1"
}
if [ "$0" = ${FIRST_ROUND} ]; then
  cd "\${MESOS_SANDBOX:-.}" || exit
  if [ -n "$folder" ]; then
    for found in ./"$folder"*/ ./*/ ./; do
      if [ -f "\${found}bin/spark-class" ] || { [ -d "\${found}jars" ] && [ "$found" != ./ ]; }; then
        cd "$found" && SPARK_HOME=$PWD
        break
      fi
    done
  elif [ ! -d "$SPARK_HOME/jars" ] && [ -n "$fallback" ]; then
    SPARK_HOME=$fallback
  fi
  if [ ! -d "$SPARK_HOME/jars" ]; then
    complain ${NO_SPARK_STATUS} "there is no Spark in '$SPARK_HOME' on this agent: set spark.mesos.executor.home to where it is, or spark.executor.uri to a package that agents can fetch"
  fi
  if [ -n "$version" ]; then
    there=
    for jar in "$SPARK_HOME"/jars/spark-core_*.jar; do
      [ -e "$jar" ] || continue
      there=\${jar##*/spark-core_}
      there=\${there#*-}
      there=\${there%.jar}
      [ "$there" != "$version" ] || break
    done
    if [ -z "$there" ] && [ -r "$SPARK_HOME/RELEASE" ]; then
      read -r name there rest <"$SPARK_HOME/RELEASE"
    fi
    if [ -n "$there" ] && [ "$there" != "$version" ]; then
      complain ${OTHER_SPARK_STATUS} "the Spark in '$SPARK_HOME' on this agent is $there, but that of the driver is $version: executors must run the driver's version"
    fi
  fi
  environment=\${SPARK_CONF_DIR:-$SPARK_HOME/conf}/spark-env.sh
  if [ -f "$environment" ] && [ -z "$SPARK_ENV_LOADED" ]; then
    export SPARK_HOME SPARK_ENV_LOADED=1
    shell=$(command -v bash) || shell=/bin/sh
    exec "$shell" -c 'set -a; . "$1"; set +a; shift; eval "$1"' ${FIRST_ROUND}-again "$environment" "$script" '' '' '' "$classpath" "$library" "$kept" "$resources" "$@"
  fi
fi
java=\${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! command -v "$java" >/dev/null 2>&1; then
  complain ${NO_JAVA_STATUS} "there is no '$java' on this agent: install Java there, or set spark.executorEnv.JAVA_HOME to where it is"
fi
[ -z "$library" ] || export LD_LIBRARY_PATH="$library\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
if [ -z "$kept" ]; then
  : "\${SPARK_LOCAL_DIRS:=\${MESOS_SANDBOX:-$PWD}}"
else
  set -f
  IFS=,
  for directory in \${SPARK_LOCAL_DIRS:-$kept}; do
    case $directory/ in
    "\${MESOS_SANDBOX:-$PWD}"/* | [!/]*)
      complain ${SANDBOX_FILES_STATUS} "'$directory' lies in the sandbox, where a shuffle service cannot keep files: set SPARK_LOCAL_DIRS on this agent, or spark.local.dir, to directories that it serves" ;;
    esac
  done
  unset IFS
  set +f
fi
[ -z "$SPARK_LOCAL_DIRS" ] || export SPARK_LOCAL_DIRS
: "\${HOME:=.}"
[ -n "$LC_ALL$LANG" ] || LC_ALL=C.UTF-8
[ -z "$LC_ALL" ] || export LC_ALL
export SPARK_HOME HOME
if [ -n "$resources" ]; then
  file=\${MESOS_SANDBOX:-$PWD}/spark-executor-resources.json
  printf '%s\\n' "$resources" >"$file" || exit
  set -- "$@" --resourcesFile "$file"
fi
exec "$java" -cp "\${classpath:+$classpath:}\${SPARK_CONF_DIR:-$SPARK_HOME/conf}/:$SPARK_HOME/jars/*\${HADOOP_CONF_DIR:+:$HADOOP_CONF_DIR}\${YARN_CONF_DIR:+:$YARN_CONF_DIR}\${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}" "$@"
`;
