/** Where the embedded Mesos may differ from what a real one was recorded to do, and why. */
export interface AgentDifference {
  /** The recording. */
  readonly scenario: string;
  /** What of it: an event, a field, a call. */
  readonly step: string;
  readonly difference: string;
  readonly reason: string;
}

/** Of the agent's side: executors, tasks, the life of agents. */
export const AGENT_DIFFERENCES: readonly AgentDifference[] = [
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
