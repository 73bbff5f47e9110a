declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Names a framework for all time; also its application id. */
export type FrameworkId = Id<'FrameworkId'>;
/** Names an agent of one master. */
export type AgentId = Id<'AgentId'>;
/** Names one offer; never used again. */
export type OfferId = Id<'OfferId'>;
/** Names a task within its framework. */
export type TaskId = Id<'TaskId'>;
/** Names an executor within its framework; a command task's executor has the task's id. */
export type ExecutorId = Id<'ExecutorId'>;
/** Names one run of an executor; its sandbox is called so. */
export type ContainerId = Id<'ContainerId'>;
/** Names one subscription stream; the value of the `Mesos-Stream-Id` header. */
export type StreamId = Id<'StreamId'>;

/** Says of a plain string which id it is; only where ids enter from outside. */
export function asId<I extends Id<string>>(value: string): I {
  return value as I;
}
