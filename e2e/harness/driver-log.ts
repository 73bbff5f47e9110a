/** Lines that no driver may write: Spark swallows the error, and the job may still end well. */
const SPARK_FAULT =
  /Inbox: Ignoring error|Error in .*RpcHandler|InvalidClassException|ClassNotFoundException: org\.apache\.spark/;

/**
 * The one error in a message handler that is no fault: a driver without a stage at work throws it when the master
 * ends its application, as its own master would (TaskSchedulerImpl.error).
 */
const ENDED_BY_MASTER = /Exiting due to error from cluster scheduler: Master removed our application/;

/**
 * A defect of Spark before 4: a driver that stops shuts down the timer for lost executors before the endpoint that uses
 * it, so that a connection which drops in between is logged as an ignored error. It comes with Spark's own master too.
 */
const STOPPED_TIMER = /RejectedExecutionException: .*StandaloneSchedulerBackend\$StandaloneDriverEndpoint/;

/** A warning or an error of ours on the command's standard error. */
const OWN_WARNING = /^spark-mesos: (warning|error): /;

/** The line itself says that there was an error; what it was stands in those behind it. */
const LINES_OF_A_FAULT = 5;

/** Any line of ours. Without --progress we say nothing unless the user has to know of it. */
const OWN_LINE = /^spark-mesos: /;

/** What a job must not have written although it ended well: such lines, each with where it stood. */
export function faultsIn(driverLog: string, ownStandardError: string, withProgress = false): string[] {
  const lines = driverLog.split('\n');
  const faults = lines.flatMap((line, at) =>
    SPARK_FAULT.test(line) && !isNoFaultOfOurs(lines[at + 1] ?? '')
      ? [lines.slice(at, at + LINES_OF_A_FAULT).join(' | ')]
      : [],
  );
  const unwanted = withProgress ? OWN_WARNING : OWN_LINE;
  return [
    ...faults.map((line) => `driver: ${line}`),
    ...ownStandardError.split('\n').filter((line) => unwanted.test(line)),
  ];
}

function isNoFaultOfOurs(cause: string): boolean {
  return ENDED_BY_MASTER.test(cause) || STOPPED_TIMER.test(cause);
}

/** How many tasks of the driver's stages finished, by the driver's own log (at INFO, as spark-submit logs). */
export function finishedTasks(driverLog: string): number {
  return driverLog.match(/TaskSetManager: Finished task /g)?.length ?? 0;
}
