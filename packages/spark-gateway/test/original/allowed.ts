import type { AllowedDifference } from './compare.ts';

const missing = (value: unknown) => value === undefined;
const typeOf = (answer: unknown) => (answer as { type?: unknown } | undefined)?.type;
const json = (value: unknown) => JSON.stringify(value);

/** Only ours says it. */
const added = (wanted: unknown) => (original: unknown, ours: unknown) =>
  missing(original) && json(ours) === json(wanted);

/** Where ours is meant to differ from the original. All else must be equal in meaning. */
export const ALLOWED: readonly AllowedDifference[] = [
  {
    rule: 'U13 [X]',
    reason: 'the original declared nothing of what it can deal with, and took cut-off agents for lost ones',
    answer: /^SUBSCRIBE$/,
    path: /^capabilities(\.(PARTITION_AWARE|TASK_KILLING_STATE))?$/,
    holds: (original, ours) =>
      missing(original) &&
      [ours]
        .flat()
        .map(typeOf)
        .every((type) => type === 'PARTITION_AWARE' || type === 'TASK_KILLING_STATE'),
  },
  {
    rule: 'C5 [X]',
    reason: 'task ids counted from 0 in every driver, so that they met those of an earlier one',
    answer: /^(launch|update|kill) /,
    path: /task_id\.value$/,
    holds: (original, ours) => ours === `p-${original}`,
  },
  {
    rule: 'C18 [X]',
    reason: 'words without a shell to read them need the shell as their entry point in a Docker image',
    recording: 'docker',
    answer: /^launch [01]$/,
    path: /container\.docker\.parameters\.entrypoint$/,
    holds: added({ key: 'entrypoint', value: '/bin/sh' }),
  },
  {
    rule: 'C29, seed',
    reason: 'the driver speaks to a standalone master and hands its executors their profile, whose id is 0',
    answer: /^launch /,
    path: /command\.options\.--resourceProfileId$/,
    holds: added('0'),
  },
  {
    rule: 'C15, seed',
    reason: 'the driver speaks to a standalone master and hands its executors the settings of their start',
    answer: /^launch /,
    path: /command\.javaOptions\.-Dspark\.driver\.port=\d+$/,
    holds: added(true),
  },
  {
    rule: 'U92 [X], seen 23',
    reason:
      'a volume without a path on the host is invalid to Mesos; it is refused when the driver registers',
    recording: 'docker',
    answer: /^launch [01]$/,
    path: /container\.volumes\.\/a$/,
    holds: (original, ours) => json(original) === '{"container_path":"/a","mode":"RW"}' && missing(ours),
  },
  {
    rule: 'C55',
    reason: 'with the agent named, Mesos can kill a task that its master has forgotten',
    answer: /^kill \d$/,
    path: /^agent_id$/,
    holds: (original, ours) => missing(original) && !missing(ours),
  },
  {
    rule: 'U124 [X], C81 [F]',
    reason: 'offers are suppressed while nothing is wanted; the original let them come',
    answer: /^SUPPRESS after /,
    path: /^$/,
    holds: added({ type: 'SUPPRESS' }),
  },
  {
    rule: 'C54 [X]',
    reason: 'a target that rises brings offers at once; the original waited for them up to 5 s',
    recording: 'dynamic-allocation',
    answer: /^REVIVE after wish \d+$/,
    path: /^$/,
    holds: added({ type: 'REVIVE' }),
  },
  {
    rule: 'C41, C81 [F]',
    reason:
      'an executor that ended and is wanted no more is no reason to revive, and before a pause is over none either',
    answer: /^REVIVE after update \d TASK_(FINISHED|KILLED|FAILED|ERROR)$/,
    path: /^$/,
    holds: (original, ours) => typeOf(original) === 'REVIVE' && missing(ours),
  },
  {
    rule: 'C27 [X], seen 27',
    reason: 'it revives when the pause after a failed start is over',
    answer: /^REVIVE after a while$/,
    path: /^$/,
    holds: added({ type: 'REVIVE' }),
  },
  {
    rule: 'C41 [X]',
    reason: 'the framework is gone when its last executor is: what the last REVIVE brought needs no answer',
    answer: /^offer (O5|O316)$/,
    path: /^$/,
    holds: (original, ours) => typeOf(original) === 'DECLINE' && missing(ours),
  },
  {
    rule: 'C27 [X], seen 27',
    reason:
      'after a failed start nothing is launched for a second; the original tried again at once, for ever',
    answer: /^offer (O318|O329|O334)$/,
    path: /^(type|launches)$/,
    holds: (original, ours) =>
      original === 'ACCEPT' ? ours === 'DECLINE' : original === '1' && missing(ours),
  },
  {
    rule: 'C27 [X], seen 27',
    reason: 'it then takes the next offer of the same agent',
    answer: /^offer (O320|O331|O336)$/,
    path: /^(type|launches)$/,
    holds: (original, ours) =>
      original === 'DECLINE' ? ours === 'ACCEPT' : missing(original) && ours === '1',
  },
  {
    rule: 'C27 [X]',
    reason:
      'an agent with two failures is left out, and declined for as long; not for ever while there is no other',
    answer: /^offer (O321|O324|O337)$/,
    path: /^filters\.refuse_seconds$/,
    holds: (original, ours) => missing(original) && Number(ours) > 5,
  },
  {
    rule: 'C26 [X], C27 [X]',
    reason: 'an application without any executor tries an agent that it left out again after 15 s',
    recording: 'failures',
    answer: /^(offer O323|launch 2)$/,
    path: /^(type|launches|)$/,
    holds: (original) => missing(original) || original === 'DECLINE',
  },
  {
    rule: 'C26 [X], seen 22',
    reason:
      'a task that Mesos finds invalid says nothing of the agent, which is not left out; its third is killed in the end',
    recording: 'docker',
    answer: /^(offer O332|launch 2|kill 2)$/,
    path: /^(type|launches|)$/,
    holds: (original) => missing(original) || original === 'DECLINE',
  },
];
