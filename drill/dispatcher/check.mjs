// Holds what the dispatcher says against what has happened.

/**
 * @typedef {'lost' | 'twice' | 'left' | 'wrong'} Kind
 * @typedef {{ kind: Kind, text: string }} Violation
 *
 * @typedef {object} Outcome
 * @property {readonly import('./client.mjs').Job[]} jobs
 * @property {ReadonlyMap<string, import('./client.mjs').Told>} told what their authors know, by name
 * @property {readonly import('./client.mjs').Submission[]} submissions
 * @property {readonly import('./pretended-spark.mjs').Life[]} lives
 * @property {boolean} machinesFail whether drivers may have ended with their machine
 */

/**
 * @param {Outcome} outcome
 * @returns {Violation[]}
 */
export function check({ jobs, told, submissions, lives, machinesFail }) {
  /** @type {Violation[]} */
  const found = [];
  for (const job of jobs) {
    const about = (/** @type {Kind} */ kind, /** @type {string} */ text) =>
      found.push({ kind, text: `${job.name} (${job.what}): ${text}` });
    const { how, id, killed = false } = told.get(job.name) ?? { how: 'unknown' };
    const own = submissions.filter(({ request }) => request.arguments[0] === job.name);
    const ownLives = lives.filter(({ name }) => name === job.name);
    checkOnce(ownLives, about);
    if (own.length > 1) about('twice', `it is there as ${own.map((one) => one.id).join(' and ')}`);
    const submission = own[0];
    if (submission === undefined) {
      if (how === 'accepted') about('lost', `${id} was accepted, and is not there`);
      else if (ownLives.length > 0) about('wrong', 'it ran, and nobody knows of it');
      continue;
    }
    if (how === 'refused') about('wrong', `it was refused, and is there as ${submission.id}`);
    if (how === 'accepted' && submission.id !== id)
      about('wrong', `accepted as ${id}, there as ${submission.id}`);
    if (submission.state !== 'finished') {
      about('lost', `it has not ended: ${submission.state}`);
      continue;
    }
    checkAttempts(submission, ownLives, job.what === 'kill' || machinesFail, about);
    checkEnd({ job, submission, lives: ownLives, killed, machinesFail }, about);
  }
  return found;
}

/** @typedef {(kind: Kind, text: string) => void} About */

/**
 * @param {readonly import('./pretended-spark.mjs').Life[]} lives
 * @param {About} about
 */
function checkOnce(lives, about) {
  for (const { taskId, beginnings, isBesideAnother } of lives) {
    if (beginnings !== 1) about('twice', `${taskId} began ${beginnings} times`);
    if (isBesideAnother) about('twice', `${taskId} began while another attempt lived`);
  }
}

/**
 * Each life is an attempt, and each attempt that started is a life; both ended alike.
 * @param {import('./client.mjs').Submission} submission
 * @param {readonly import('./pretended-spark.mjs').Life[]} lives
 * @param {boolean} mayBeShort it may have been ended before it could write anything down
 * @param {About} about
 */
function checkAttempts({ attempts }, lives, mayBeShort, about) {
  for (const { taskId } of lives) {
    if (!attempts.some((attempt) => attempt.taskId === taskId))
      about('wrong', `${taskId} ran, and is no attempt`);
  }
  for (const { taskId, startedAt, exitStatus } of attempts) {
    const life = lives.find((one) => one.taskId === taskId);
    if (life === undefined && exitStatus === 0) about('wrong', `${taskId} counts as run, and never was`);
    if (life?.exitStatus !== undefined && exitStatus !== undefined && exitStatus !== life.exitStatus) {
      about('wrong', `${taskId} ended with ${life.exitStatus}, and counts as ${exitStatus}`);
    }
    if (life === undefined && startedAt !== undefined && !mayBeShort)
      about('wrong', `${taskId} counts as started, and never was`);
  }
}

/**
 * @param {object} ended
 * @param {import('./client.mjs').Job} ended.job
 * @param {import('./client.mjs').Submission} ended.submission
 * @param {readonly import('./pretended-spark.mjs').Life[]} ended.lives
 * @param {boolean} ended.killed
 * @param {boolean} ended.machinesFail
 * @param {About} about
 */
function checkEnd({ job, submission, lives, killed, machinesFail }, about) {
  const { finalState, message } = submission;
  const last = lives.at(-1);
  const says = `${finalState}: ${message ?? ''}`;
  if (job.what !== 'flaky' && lives.length > 1) {
    about('twice', `it is not supervised, and ran as ${lives.map(({ taskId }) => taskId).join(', ')}`);
  }
  // With a machine goes what ran there, and what nobody has heard yet of its end; one that is supervised goes on elsewhere.
  if (machinesFail && job.what !== 'flaky' && finalState === 'LOST') return;
  if (job.what === 'kill') {
    if (last?.exitStatus !== undefined) about('wrong', `it ended by itself with ${last.exitStatus}`);
    if (finalState !== 'KILLED')
      about('wrong', `it was ${killed ? '' : 'not '}killed, and counts as ${says}`);
    return;
  }
  if (last === undefined) {
    about('lost', `it never ran, and counts as ${says}`);
    return;
  }
  const status = { end: 0, fail: 3, flaky: 0 }[job.what];
  const state = status === 0 ? 'FINISHED' : 'FAILED';
  if (last.exitStatus !== status)
    about('lost', `it ended with ${last.exitStatus ?? 'nothing'}, not ${status} (${says})`);
  if (finalState !== state) about('wrong', `it ended with ${last.exitStatus}, and counts as ${says}`);
}
