import type { Logger } from '../logger.ts';
import type { RelayGate } from './gate.ts';

/** A gate whose failures end no connection: what it throws is logged. */
export function guardedGate(gate: RelayGate, logger: Logger): RelayGate {
  const guard = (method: keyof RelayGate, call: () => void): void => {
    try {
      call();
    } catch (error) {
      logger.error({ error, method }, 'the gate failed');
    }
  };
  return {
    executorConnected: (executor) => guard('executorConnected', () => gate.executorConnected(executor)),
    executorDisconnected: (executorId, reason) =>
      guard('executorDisconnected', () => gate.executorDisconnected(executorId, reason)),
    taskHeld: (task) => guard('taskHeld', () => gate.taskHeld(task)),
    killTask: (executorId, taskId) => guard('killTask', () => gate.killTask(executorId, taskId)),
    taskEnded: (executorId, taskId, state) =>
      guard('taskEnded', () => gate.taskEnded(executorId, taskId, state)),
  };
}
