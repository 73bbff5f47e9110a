import type { Difference } from './replay.ts';

/** Where the embedded Mesos may differ from what a real one was recorded to do, and why. */
export interface AllowedDifference {
  /** Of which recordings; all when there are none. */
  readonly scenarios?: readonly string[];
  /** In which steps. */
  readonly step?: RegExp;
  readonly what: RegExp;
  readonly reason: string;
  /** It depends on who is first, so it need not occur. */
  readonly isRace?: boolean;
}

/** All of them. One that does not occur any more has to go from here: a test sees to it. */
export const ALLOWED_DIFFERENCES: readonly AllowedDifference[] = [
  {
    what: /^missing fields: flags\.[^;]*; extra fields: none$/,
    reason: 'flags of a real master that mean nothing here: logging, libprocess, modules, the replicated log',
  },
  {
    scenarios: ['03-tasks-json', '03-tasks-pb', '05-reconnect-json'],
    step: /GET \/frameworks/,
    what: /^missing fields: (completed_frameworks\[\]\.[^;,]*(, )?)+; extra fields: none$/,
    reason:
      'the recorded master remembered frameworks of earlier scenarios, which had been other things as well',
  },
  {
    scenarios: ['03-tasks-pb'],
    step: /GET \/files\/debug/,
    what: /^missing fields: ([^,;]*\/runs\/[^,;]* string(, )?)+; extra fields: none$/,
    reason: 'the recorded agent still had the sandboxes of earlier scenarios',
  },
  {
    scenarios: ['03-tasks-json', '03-tasks-pb'],
    step: /GET \/metrics\/snapshot/,
    what: /^missing fields: /,
    reason:
      'metrics of parts that are not here: libprocess, containerizers, the registrar, resource providers',
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
    scenarios: ['03-tasks-pb'],
    step: /GET \/tasks /,
    what: /^missing fields: tasks\[\]\.resources\.ports string; extra fields: none$/,
    reason: 'the recorded master remembered tasks of earlier scenarios, one of which had had ports',
  },
  {
    scenarios: ['04-executor-json', '04-executor-pb'],
    step: /different ExecutorInfo/,
    what: /^UPDATE m4 {2}: update\.status\.message is "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID\./,
    reason:
      'the two ExecutorInfos in the text are printed as JSON, not in the text format of protobuf, which is for people',
  },
  {
    scenarios: ['03-tasks-pb', '14-more-pb'],
    step: /LAUNCH_GROUP/,
    what: /^UPDATE g\d {2}: update\.status\.container_status\.executor_pid is 0 instead of absent; \S*ip_address is "127\.0\.0\.1" instead of absent$/,
    reason: 'a race of the recording: the other one of the same scenario has these in TASK_STARTING, too',
  },
  {
    scenarios: ['10-zookeeper-failover-json'],
    step: /^re-subscribe at the new leader.*SUBSCRIBE/,
    what: /^status 200 .* instead of 503 \(Master has not finished recovery\)$/s,
    reason: 'a new leader has its registry at once: it is a file, and no log that others have to agree on',
  },
  {
    scenarios: ['10-zookeeper-failover-json'],
    step: /^re-subscribe at the new leader.*GET \/frameworks/,
    what: /^missing fields: none; extra fields: frameworks\[\]\.reregistered_time number$/,
    reason: 'for that reason the framework has come twice, and been let in both times',
  },
  {
    scenarios: ['13-http-details-json'],
    step: /HEAD /,
    what: /^no body for HEAD$/,
    reason: 'a body after the answer to HEAD breaks every client that keeps connections alive',
  },
];

/** The entry that allows a difference. */
export function allowanceOf(difference: Difference): AllowedDifference | undefined {
  return ALLOWED_DIFFERENCES.find(
    ({ scenarios, step, what }) =>
      (scenarios?.includes(difference.scenario) ?? true) &&
      (step?.test(difference.step) ?? true) &&
      what.test(difference.what),
  );
}
