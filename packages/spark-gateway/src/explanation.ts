import { z } from 'zod';

const time = z.iso.datetime();

/** An application in a list. */
export const applicationShape = z.object({
  /** The framework's id; absent until there is a framework. */
  id: z.string().optional(),
  name: z.string(),
  user: z.string(),
  uiUrl: z.string().optional(),
  /** Where it is in its life: asking, subscribing, running, recalling, ending. */
  phase: z.string(),
  registeredAt: time,
  /** How it is, in one sentence that begins with a small letter. */
  sentence: z.string(),
  /** Since when it waits for executors; absent while it has what it wants. */
  waitingSince: time.optional(),
  executors: z.int(),
  cores: z.number(),
});

/** What of each size of executor an application wants. */
const wantedShape = z.object({
  profileId: z.int(),
  /** Of each; absent: all whole cores of an offer. */
  cores: z.number().optional(),
  memoryMiB: z.number(),
  gpus: z.number().optional(),
  /** How many shall be alive; absent: as many as fit. */
  total: z.int().optional(),
  alive: z.int(),
  missing: z.int().optional(),
  /** The limit of the application that allows no more. */
  limit: z.string().optional(),
});

const slotShape = z.object({
  taskId: z.string(),
  /** That of its first task. */
  name: z.string(),
  cores: z.number(),
  status: z.string(),
  /** How many tasks it has paid for. */
  carried: z.int(),
  /** The ids of the last ones, as Spark has them. */
  tasks: z.array(z.string()),
});

const endedSlotShape = slotShape.omit({ status: true }).extend({ hostname: z.string() });

const executorShape = z.object({
  executorId: z.int(),
  taskId: z.string(),
  agentId: z.string(),
  hostname: z.string(),
  cores: z.number(),
  gpus: z.number(),
  memoryMiB: z.number(),
  profileId: z.int(),
  status: z.string(),
  since: time,
  /** In fine mode: cores that its agent could give to tasks. */
  taskCores: z.number().optional(),
  /** In fine mode: tasks that wait there until their cores are paid for. */
  heldTasks: z.int().optional(),
  /** In fine mode: cores that pay for one task after another, beside those of the executor. */
  slots: z.array(slotShape).optional(),
});

const offerShape = z.object({
  agentId: z.string(),
  hostname: z.string(),
  role: z.string(),
  cores: z.number(),
  memoryMiB: z.number(),
  gpus: z.number(),
  /** How many executors were placed on it. */
  placed: z.int(),
  /** The code of why no more were; absent: no more were wanted. */
  reason: z.string().optional(),
  sentence: z.string(),
  at: time,
});

const excludedShape = z.object({
  agentId: z.string(),
  hostname: z.string(),
  failures: z.int(),
  lastMessage: z.string(),
  until: time,
});

const shuffleServiceShape = z.object({
  host: z.string(),
  port: z.int(),
  /** registered, or what it is on the way there: connecting, registering, renewing, waiting to try again. */
  phase: z.string(),
  /** In a row. */
  failures: z.int(),
  /** Why the last try failed; absent once it is registered. */
  problem: z.string().optional(),
});

/** Why an application has the executors that it has, and no others. */
export const explanationShape = z.object({
  application: applicationShape,
  /** The subscription to the master: none, subscribed, lost, over. */
  connection: z.string(),
  /** Of all executors together; absent: no limit. */
  coresMax: z.number().optional(),
  wants: z.array(wantedShape),
  holds: z.array(executorShape),
  /** In fine mode: the slots that were given back last, by whose tasks in Mesos one finds Spark's. */
  endedSlots: z.array(endedSlotShape).optional(),
  /** The last offer of each agent, and what came of it. */
  offers: z.array(offerShape),
  excludedAgents: z.array(excludedShape),
  /** The shuffle services that keep files of it, and whether they know it; absent: it does without. */
  shuffleServices: z.array(shuffleServiceShape).optional(),
});

/** What `GET /api/v1/applications` answers. */
export const applicationListShape = z.object({ applications: z.array(applicationShape) });

/** What is answered where there is no answer. */
export const problemShape = z.object({ error: z.string() });

/** An application in a list. */
export type ListedApplication = z.infer<typeof applicationShape>;
/** Why an application has the executors that it has, and no others. */
export type Explanation = z.infer<typeof explanationShape>;
