import type { SubmissionHandler } from '@spark-mesos/spark-rpc';

/**
 * What `spark-submit` knows a standby master's answer by (org.apache.spark.util.Utils.BACKUP_STANDALONE_MASTER_PREFIX): it asks all
 * masters that it was given, passes over those that answer so, and goes with the one that leads.
 */
const STANDBY = 'Current state is not alive: STANDBY.';

/** Submissions by RPC while another dispatcher leads, in the words of a standalone master in standby. */
export const STANDBY_SUBMISSIONS: SubmissionHandler = {
  submitDriver: () => ({ message: `${STANDBY} Can only accept driver submissions in ALIVE state.` }),
  killDriver: () => ({ success: false, message: `${STANDBY} Can only kill drivers in ALIVE state.` }),
  driverStatus: () => ({
    found: false,
    exception: `${STANDBY} Can only request driver status in ALIVE state.`,
  }),
};
