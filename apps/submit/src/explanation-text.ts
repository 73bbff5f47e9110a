import { formatDuration, formatMemoryMiB } from '@spark-mesos/scheduler-utils';
import type { Explanation, ListedApplication } from '@spark-mesos/spark-gateway';
import { counted } from './progress-words.ts';

/** One application in one line: its id, its name, and how it is. */
export function applicationLine({ id, name, sentence }: ListedApplication): string {
  return `${name} (${id ?? 'no framework yet'}) ${sentence}`;
}

/** Why an application has the executors that it has: one sentence first, then all that it rests on. */
export function explanationText(explanation: Explanation, nowMs: number): string {
  const {
    application,
    wants,
    holds,
    offers,
    excludedAgents,
    shuffleServices,
    connection,
    coresMax,
    endedSlots,
  } = explanation;
  const ago = (time: string) => formatDuration(rounded(nowMs - Date.parse(time)));
  const page = application.uiUrl === undefined ? '' : `; its page is ${application.uiUrl}`;
  const lines = [
    applicationLine(application),
    '',
    ...(application.waitingSince === undefined
      ? []
      : [`Waiting for ${ago(application.waitingSince)}, since ${application.waitingSince}.`]),
    `Registered ${ago(application.registeredAt)} ago by ${application.user}${page}.`,
    ...(connection === 'subscribed' ? [] : [`The connection to the Mesos master is: ${connection}.`]),
    '',
    'Wants',
    ...wants.map(wantedLine),
    ...(coresMax === undefined
      ? []
      : [`  no more than ${counted(coresMax, 'core')} in all (spark.cores.max)`]),
    ...none(wants),
    '',
    'Holds',
    ...holds.flatMap((executor) => [
      `  executor ${executor.executorId} on ${agentText(executor)}: ${counted(executor.cores, 'core')}, ` +
        `${formatMemoryMiB(executor.memoryMiB)}${gpusText(executor.gpus)}, ${executor.status} for ${ago(executor.since)}`,
      ...slotLines(executor),
    ]),
    ...none(holds),
    ...(endedSlots === undefined ? [] : ['', 'Slots given back, with the ids of their tasks']),
    ...(endedSlots ?? []).slice(-SHOWN_SLOTS).map(endedSlotLine),
    ...(endedSlots === undefined ? [] : none(endedSlots)),
    '',
    'Last offers',
    ...offers.map(
      (offer) =>
        `  ${agentText(offer)}, ${ago(offer.at)} ago: ${counted(offer.cores, 'cpu')}, ` +
        `${formatMemoryMiB(offer.memoryMiB)}${gpusText(offer.gpus)}: ${offer.sentence}`,
    ),
    ...none(offers),
    '',
    'Agents left out after failures',
    ...excludedAgents.map(
      (agent) =>
        `  ${agentText(agent)}, until ${agent.until}: ${counted(agent.failures, 'failure')}, ` +
        `the last one: ${agent.lastMessage}`,
    ),
    ...none(excludedAgents),
    ...(shuffleServices === undefined ? [] : ['', 'Shuffle services with its files']),
    ...(shuffleServices ?? []).map(shuffleServiceLine),
    ...(shuffleServices === undefined ? [] : none(shuffleServices)),
  ];
  return `${lines.join('\n')}\n`;
}

function wantedLine({ cores, memoryMiB, gpus, total, alive, missing, profileId, limit }: Wanted): string {
  const count = total === undefined ? 'as many executors as fit' : counted(total, 'executor');
  const size = `${cores === undefined ? 'all cpus of an offer' : counted(cores, 'cpu')} and ${formatMemoryMiB(memoryMiB)}`;
  const rest = missing === undefined ? '' : `, ${missing} missing`;
  const why = limit === undefined ? '' : ` (${limit})`;
  return `  ${count} of ${size}${gpusText(gpus ?? 0)} each (profile ${profileId}): ${alive} there${rest}${why}`;
}

/** In fine mode, what tasks have there beside their executor. */
function slotLines({ taskCores, heldTasks = 0, slots = [] }: Held): readonly string[] {
  if (taskCores === undefined) return [];
  const waiting = heldTasks === 0 ? '' : `; ${counted(heldTasks, 'task')} held until there are cores`;
  return [
    `    its agent could give ${counted(taskCores, 'core')} to tasks${waiting}`,
    ...slots.map(
      ({ name, cores, status, carried, tasks }) =>
        `    slot "${name}": ${counted(cores, 'core')}, ${status}, ${counted(carried, 'task')} so far${idsOf(tasks)}`,
    ),
  ];
}

/** Where people look for one of their tasks: in the slot by whose name Mesos knows it. */
function endedSlotLine({ name, hostname, carried, tasks }: EndedSlot): string {
  return `  slot "${name}" on ${hostname}: ${counted(carried, 'task')}${idsOf(tasks)}`;
}

/** The last few, since most look for what has just been. */
function idsOf(tasks: readonly string[]): string {
  if (tasks.length === 0) return '';
  const shown = tasks.slice(-SHOWN_TASKS);
  return ` (${tasks.length > shown.length ? '…, ' : ''}${shown.join(', ')})`;
}

const SHOWN_TASKS = 10;
const SHOWN_SLOTS = 20;

type EndedSlot = NonNullable<Explanation['endedSlots']>[number];

type Held = Explanation['holds'][number];

function shuffleServiceLine({ host, port, phase, failures, problem }: ShuffleService): string {
  const why = problem === undefined ? '' : ` after ${counted(failures, 'failure')}, the last one: ${problem}`;
  return `  ${host}:${port}: ${phase}${why}`;
}

type ShuffleService = NonNullable<Explanation['shuffleServices']>[number];

type Wanted = Explanation['wants'][number];

function gpusText(gpus: number): string {
  return gpus === 0 ? '' : `, ${counted(gpus, 'GPU')}`;
}

/** `S1 (host)`: the end of the agent's id, since agents may share a host. */
function agentText({ agentId, hostname }: { readonly agentId: string; readonly hostname: string }): string {
  return `${agentId.replace(/^.*-/, '')} (${hostname})`;
}

function none(list: readonly unknown[]): readonly string[] {
  return list.length === 0 ? ['  none'] : [];
}

/** To seconds, above one. */
function rounded(milliseconds: number): number {
  return milliseconds < 1000 ? Math.max(0, milliseconds) : Math.round(milliseconds / 1000) * 1000;
}
