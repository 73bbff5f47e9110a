/** Marks settings that no released Spark knew. */
export const OURS = 'spark-mesos 1.0';
