import type { Difference } from './replay.ts';

/** Where the embedded Mesos may differ from what a real one was recorded to do, and why. */
export interface AllowedDifference {
  /** The recording. */
  readonly scenario: string;
  /** What of it: an event, a field, a call. */
  readonly step: string;
  readonly difference: string;
  readonly reason: string;
}

/** Of the agent's side: executors, tasks, the life of agents. */
export const AGENT_DIFFERENCES: readonly AllowedDifference[] = [
  {
    scenario: '04-executor',
    step: 'TASK_ERROR of m4, message',
    difference: 'the two ExecutorInfos in the text are printed as JSON, not in the text format of protobuf',
    reason: 'the text format is for people; the sentence before it, which can be matched on, is the same',
  },
  {
    scenario: '14-more',
    step: 'TASK_FAILED of noreg, message',
    difference: 'the timeout in the text is the shorter one of the test',
    reason:
      'nobody waits a minute; that a minute is a minute is held by a driven clock in agent-executors.test.ts',
  },
  {
    scenario: '14-more',
    step: 'ACCEPT and DECLINE without, with negative and with huge refuse_seconds',
    difference: 'played with refuse_seconds 0',
    reason: 'nobody waits for 5 s; filters are held by a driven clock in test/allocation',
  },
  {
    scenario: '14-more',
    step: 'a second agent joins',
    difference: 'it is there from the beginning',
    reason: 'an embedded cluster is started with all its agents',
  },
  {
    scenario: '07-agent-failure',
    step: 'the agent comes back',
    difference: 'as soon as its executors have subscribed again, not 2 s later',
    reason: 'a real agent waits its whole executor_reregistration_timeout; a test need not',
  },
  {
    scenario: '07-agent-failure',
    step: 'the agent is shut down gracefully',
    difference: 'it unregisters when its executors have ended, not after their whole grace period',
    reason: 'the order of the events is the same, and a test need not wait',
  },
];

/** A difference that the replay over HTTP finds by itself, and lets pass. */
export interface ReplayAllowance {
  /** Of which recordings; all when there are none. */
  readonly scenarios?: readonly string[];
  /** In which steps. */
  readonly step?: RegExp;
  readonly what: RegExp;
  readonly reason: string;
  /** It depends on who is first, so it need not occur. */
  readonly isRace?: boolean;
}

/** Of the master's side. One that does not occur any more has to go from here: a test sees to it. */
export const REPLAY_ALLOWANCES: readonly ReplayAllowance[] = [
  {
    what: /^missing fields: flags\.[^;]*; extra fields: none$/,
    reason: 'flags of a real master that mean nothing here: logging, libprocess, modules, the replicated log',
  },
  {
    scenarios: ['03-tasks-json', '05-reconnect-json'],
    step: /GET \/frameworks/,
    what: /^missing fields: (completed_frameworks\[\]\.[^;,]*(, )?)+; extra fields: none$/,
    reason:
      'the recorded master remembered frameworks of earlier scenarios, which had been other things as well',
  },
  {
    scenarios: ['03-tasks-json'],
    step: /GET \/files\/debug/,
    what: /^missing fields: ([^,;]*\/runs\/latest string(, )?)+; extra fields: none$/,
    reason: 'sandboxes are found by the virtual path of their newest run, and by the real path of each run',
  },
  {
    scenarios: ['03-tasks-json'],
    step: /GET \/metrics\/snapshot/,
    what: /^missing fields: /,
    reason:
      'metrics of parts that are not here: libprocess, containerizers, the registrar, resource providers',
  },
  {
    scenarios: ['03-tasks-json'],
    step: /GET \/(state-summary|monitor\/statistics) /,
    what: /^status 404 /,
    reason: 'not served: /state says the same and more; nothing measures single containers',
  },
  {
    scenarios: ['03-tasks-json'],
    step: /GET \/containers/,
    what: /^missing fields: \[\]\.statistics/,
    reason: 'nothing measures single containers',
  },
  {
    scenarios: ['05-reconnect-json'],
    step: /^second subscription with the same framework id.*ACKNOWLEDGE/,
    what: /^status 400 \(The stream ID 'ID' included .* instead of 202/,
    reason:
      'a race of the recording: SUBSCRIBE and a call on the old stream were sent at once on two connections',
    isRace: true,
  },
  {
    scenarios: ['13-http-details-json'],
    step: /GET \/(help|__processes__|system\/stats\.json|logging\/toggle) /,
    what: /^status 404 /,
    reason: 'endpoints of libprocess, about the process that a real master is',
  },
  {
    scenarios: ['18-launch-details-json'],
    step: /^invalid RESERVE with an operation id/,
    what: /^UPDATE_OPERATION_STATUS.*message is .* does not contain cpus\(allocated: spark\):99"$/,
    reason: 'the resources in the text come in another order; a real master promises none either',
  },
  {
    scenarios: ['09-reserve-operator-json'],
    what: /^(SUBSCRIBED: )?missing fields: \S*agent_info\.checkpoint boolean; extra fields: none$/,
    reason:
      'a field of the messages before v1, which a real master shows in JSON only; v1 has none of that name',
  },
  {
    scenarios: ['13-http-details-json'],
    step: /HEAD /,
    what: /^no body for HEAD$/,
    reason: 'a body after the answer to HEAD breaks every client that keeps connections alive',
  },
];

/** The entry that allows a difference. */
export function allowanceOf(difference: Difference): ReplayAllowance | undefined {
  return REPLAY_ALLOWANCES.find(
    ({ scenarios, step, what }) =>
      (scenarios?.includes(difference.scenario) ?? true) &&
      (step?.test(difference.step) ?? true) &&
      what.test(difference.what),
  );
}
