// The rules of fine mode, in a few words of our own. `reason` is there where no test can hold one, or none does yet.

/** @typedef {import('../coverage.mjs').Rule} Rule */

const OPEN = 'Open: comes with drivers in fine mode, and no test holds it yet';

/** @type {readonly Rule[]} */
export const FINE_RULES = [
  { id: 'F1', kind: 'M', words: 'One executor on an agent; Spark tasks are carried by Mesos tasks' },
  {
    id: 'F2',
    kind: 'M',
    words: 'What is remembered of executors and tasks',
    reason:
      'Not applicable by itself: the state is our own, and what follows from it is under the other rules',
  },
  { id: 'F3', kind: 'M', words: 'Ids of executors and tasks, which are never used again' },
  { id: 'F4', kind: 'M', words: 'Registration', reason: OPEN },
  { id: 'F10', kind: 'M', words: 'Where Spark is; needed only where nothing is fetched' },
  { id: 'F11', kind: 'M', words: 'Environment and command of executors' },
  { id: 'F12', kind: 'M', words: 'What an executor holds' },
  {
    id: 'F13',
    kind: 'M',
    words: 'Properties in the data of executors',
    reason: 'Not applicable: executors ask their driver for its properties',
  },
  { id: 'F14', kind: 'M', words: 'Container and files of executors' },
  { id: 'F15', kind: 'X', words: 'What fine mode lacked', reason: OPEN },
  { id: 'F20', kind: 'M', words: 'Which offers can be used' },
  { id: 'F21', kind: 'M', words: 'Cores that are offered to Spark' },
  { id: 'F22', kind: 'M', words: 'Tasks are passed on where they are paid for' },
  { id: 'F23', kind: 'M', words: 'Launches, and offers that are not used' },
  { id: 'F24', kind: 'X', words: 'Several offers of one agent' },
  { id: 'F25', kind: 'X', words: 'An executor is told of once' },
  { id: 'F26', kind: 'M', words: 'An example' },
  { id: 'F27', kind: 'M', words: 'An example with roles' },
  { id: 'F30', kind: 'M', words: 'Mesos tasks of Spark tasks' },
  { id: 'F31', kind: 'M', words: 'Memory is the executor’s' },
  { id: 'F32', kind: 'M', words: 'Ends of tasks' },
  { id: 'F33', kind: 'M', words: 'Agents and executors that are lost' },
  { id: 'F34', kind: 'X', words: 'Ids and failures of executors' },
  { id: 'F35', kind: 'M', words: 'Errors of the master' },
  { id: 'F36', kind: 'M', words: 'Kills' },
  { id: 'F40', kind: 'M', words: 'REVIVE follows tasks' },
  {
    id: 'F41',
    kind: 'M',
    words: 'The default parallelism',
    reason: 'Not applicable: the driver’s own backend for standalone masters reads it',
  },
  { id: 'F42', kind: 'M', words: 'The stop' },
  { id: 'F43', kind: 'M', words: 'The application id is the framework id' },
  { id: 'F44', kind: 'X', words: 'Lost connections; reconciliation' },
  { id: 'F50', kind: 'M', words: 'The executor registers' },
  { id: 'F51', kind: 'M', words: 'The executor launches tasks' },
  { id: 'F52', kind: 'M', words: 'The executor kills tasks' },
  { id: 'F53', kind: 'M', words: 'The executor tells of its tasks' },
  { id: 'F54', kind: 'X', words: 'The executor ends in order' },
  { id: 'F60', kind: 'X', words: 'Idle executors are let go' },
  { id: 'F61', kind: 'X', words: 'Memory of tasks', reason: OPEN },
  { id: 'F62', kind: 'X', words: 'Less than a core while idle' },
  { id: 'F63', kind: 'X', words: 'Labels, secrets, GPUs as in coarse mode' },
  { id: 'F64', kind: 'X', words: 'Several offers are taken together' },
  { id: 'F65', kind: 'X', words: 'Kills carry whether to interrupt, and why' },
  { id: 'F66', kind: 'X', words: 'spark.cores.max' },
];
