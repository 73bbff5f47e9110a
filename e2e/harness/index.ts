export { freePort } from '../../scripts/support/free-port.mjs';
export { SparkMesosCommand } from './command.ts';
export { type ListedDriver, type RunningDispatcher, startDispatcher } from './dispatcher.ts';
export { finishedTasks } from './driver-log.ts';
export { eventually } from './eventually.ts';
export { confWords, type ExecutorFacts, factsIn, factsProgram, pythonProgram } from './executor-facts.ts';
export { type HeldJob, type HeldJobOptions, heldJob } from './held-job.ts';
export { makeKeys } from './keys.ts';
export {
  type FrameworkState,
  type MesosState,
  rolesOf,
  runningTasks,
  stateOf,
  stateWith,
  type TaskState,
} from './mesos-state.ts';
export { type ClusterOptions, Scene } from './scene.ts';
export { SECRETS, secretsIn, secretsInFiles } from './secrets.ts';
export { type HeldShuffle, heldShuffle, ShuffleService } from './shuffle-service.ts';
export { confThatTellsStatus } from './spark-conf.ts';
export { jarOf, newestSpark, ROOT, TEST_SPARKS, type TestSpark, WITH_TLS } from './sparks.ts';
