/** Exit status of an executor's task that found no Java on its agent. */
export const NO_JAVA_STATUS = 118;

/** Exit status of an executor's task that found no Spark on its agent. */
export const NO_SPARK_STATUS = 119;

/**
 * What the task of an executor runs, the same text for every executor: nothing is ever put into it.
 * It gives the JVM what a standalone worker's own environment gives, and what Mesos's command executor does not.
 *
 * $1 is how the folder of the fetched package begins, or nothing; $2 the application's class path entries, or
 * nothing; the rest are the JVM's arguments behind the class path.
 *
 * - A fetched package (spark.executor.uri) is the first folder with jars in it whose name begins so; the archive
 *   itself lies beside it under the same beginning.
 * - Scratch files go to the sandbox, where the agent clears them away: Spark 4 no longer looks at MESOS_SANDBOX.
 * - Without a locale the JVM would take file names for ASCII; without HOME some libraries fail.
 * - `exec` makes the JVM the task's own process, so that a kill reaches it.
 */
export const EXECUTOR_SCRIPT = `
prefix=$1 classpath=$2
shift 2
if [ -n "$prefix" ]; then
  for folder in "$prefix"*/; do
    if [ -d "\${folder}jars" ]; then
      cd "$folder" && SPARK_HOME=$PWD
      break
    fi
  done
fi
if [ ! -d "$SPARK_HOME/jars" ]; then
  echo "spark-mesos: there is no Spark in '$SPARK_HOME' on this agent: set spark.mesos.executor.home to where it is, or spark.executor.uri to a package that agents can fetch" >&2
  exit ${NO_SPARK_STATUS}
fi
java=\${JAVA_HOME:+$JAVA_HOME/bin/}java
if ! command -v "$java" >/dev/null 2>&1; then
  echo "spark-mesos: there is no '$java' on this agent: install Java there, or set spark.executorEnv.JAVA_HOME to where it is" >&2
  exit ${NO_JAVA_STATUS}
fi
: "\${SPARK_LOCAL_DIRS:=\${MESOS_SANDBOX:-.}}" "\${HOME:=.}"
[ -n "$LC_ALL$LANG" ] || LC_ALL=C.UTF-8
export SPARK_HOME SPARK_LOCAL_DIRS HOME
[ -z "$LC_ALL" ] || export LC_ALL
exec "$java" -cp "\${classpath:+$classpath:}\${SPARK_CONF_DIR:-$SPARK_HOME/conf}/:$SPARK_HOME/jars/*\${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}" "$@"
`;
