import type { RelayGate, TaskRelay } from '@spark-mesos/spark-rpc';

/** A relay that writes down what it is asked for, and holds the tasks that a test says. */
export class FakeRelay implements TaskRelay {
  readonly address = { host: 'gateway', port: 7100 };
  readonly gate: RelayGate;
  readonly told: string[] = [];
  readonly held = new Set<number>();
  readonly connected = new Set<string>();

  constructor(gate: RelayGate) {
    this.gate = gate;
  }

  /** An executor registers. */
  connect(executorId: string): void {
    this.connected.add(executorId);
    this.gate.executorConnected({ executorId, hostname: 'host-1', cores: 3, resourceProfileId: 0 });
  }

  /** The driver sends an executor a task. */
  hold(executorId: string, taskId: number): void {
    this.held.add(taskId);
    const [attempt, index, partitionId, byteLength] = [0, taskId, taskId, 100];
    const name = `task ${taskId}.0 in stage 0.0 (TID ${taskId})`;
    this.gate.taskHeld({ executorId, taskId, name, attempt, index, partitionId, byteLength });
  }

  /** The driver wants a task ended; as a relay does, passes what is still held. */
  killTask(executorId: string, taskId: number): void {
    this.gate.killTask(executorId, taskId);
    this.held.delete(taskId);
    this.told.push(`kill message of ${taskId}`);
  }

  pass(executorId: string, taskId: number): boolean {
    this.told.push(`pass ${taskId} to ${executorId}`);
    return this.held.delete(taskId);
  }

  kill(executorId: string, taskId: number, reason: string): boolean {
    this.told.push(`kill ${taskId} on ${executorId}: ${reason}`);
    return true;
  }

  announceCores(executorId: string, cores: number): boolean {
    this.told.push(`${cores} cores on ${executorId}`);
    return true;
  }

  disconnectExecutor(executorId: string, reason: string): boolean {
    if (!this.connected.delete(executorId)) return false;
    this.told.push(`disconnect ${executorId}: ${reason}`);
    this.gate.executorDisconnected(executorId, reason);
    return true;
  }

  async close(): Promise<void> {
    this.told.push('close');
  }
}
