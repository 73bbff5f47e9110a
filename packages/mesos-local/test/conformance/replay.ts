import { gunzipSync, gzipSync } from 'node:zlib';
import {
  codecOf,
  type DecodableClass,
  type EncodableClass,
  fromMesosJson,
  type MesosContentType,
  mesos,
  stringifyMesosJson,
} from '@spark-mesos/mesos-proto';
import type { DrivenClock } from '../support/driven-clock.ts';
import type { Json } from '../support/json-client.ts';
import { canonicalEvent, canonicalText, fieldDifference, valueDifference } from './canonical.ts';
import { headerOf, isStream, messageBytes, type WireMessage } from './http-wire.ts';
import { RawConnection } from './raw-connection.ts';
import type { TraceStep } from './trace.ts';

/** The messages of one endpoint. */
interface Protocol {
  readonly Call: MessageType;
  readonly Event: MessageType;
  /** Of endpoints that answer calls; the scheduler's has only its stream. */
  readonly Response: MessageType | undefined;
}

type MessageType = DecodableClass<object> &
  EncodableClass<object> &
  Parameters<typeof fromMesosJson<object>>[0];

/** Which messages an endpoint of a peer takes and gives. */
function protocolOf(peer: string, firstLine: string): Protocol {
  const { master, agent, scheduler } = mesos.v1;
  const messages = firstLine.includes('/api/v1 ')
    ? { ...(peer === 'agent' ? agent : master), Event: master.Event }
    : { ...scheduler, Response: undefined };
  return messages as unknown as Protocol;
}

/** One way in which our answer is not that of the recorded Mesos. */
export interface Difference {
  readonly scenario: string;
  /** What the recording client was about to do, and with which call. */
  readonly step: string;
  readonly what: string;
}

/** What a replay needs to know beside the trace. */
export interface ReplayOptions {
  readonly scenario: string;
  readonly steps: readonly TraceStep[];
  /** Where the recorded peers (`master`, `agent`) are now, which then listened on this port. */
  readonly peer: (
    name: string,
    port?: number,
  ) => { readonly host: string; readonly port: number } | undefined;
  /** The time of the cluster: it goes on as far as the recorded one had, and stands still while anything is awaited. */
  readonly clock: DrivenClock;
  /** What is called otherwise here from the beginning: folders. */
  readonly names?: ReadonlyMap<string, string>;
  /** Changes to the text of a call before it is sent. */
  readonly rewrite?: (text: string) => string;
  /** Called with each call before it is made. */
  readonly beforeCall?: (call: Json, frameworkId: string) => Promise<void>;
  /** Called when the recorded client hung up on a framework's stream; resolves when the master has noticed. */
  readonly hungUp?: (frameworkId: string) => Promise<unknown>;
  /** Called before much time passes; resolves when all that was started by now runs. */
  readonly settled?: () => Promise<void>;
  /** Called when the recording goes on to another part, with what it says of it. */
  readonly note?: (note: string) => Promise<unknown> | undefined;
}

/** How long an answer may take in real time. */
const PATIENCE_MS = 30_000;
/** How much later than the recorded one something may come that only time brings about, and in which steps. */
const CLOCK_PATIENCE_MS = 8000;
const CLOCK_STEP_MS = 100;
/** In so much time, the processes of the recorded machine had started. */
const SETTLING_MS = 2000;
/** Enough for what has been sent by now to arrive. */
const ARRIVAL_MS = 15;
const HEADERS = [
  'content-type',
  'allow',
  'location',
  'www-authenticate',
  'transfer-encoding',
  'content-encoding',
];
/** Of these the fields are compared, not what is in them: they show what time it is and how much there is. */
const SHAPES_ONLY = ['OFFERS', 'SUBSCRIBED'];
/** What comes when its time has come, whatever the processes of tasks do. */
const TIMED = ['OFFERS', 'HEARTBEAT', 'RESCIND'];

/** One replayed connection: ours, and which of our records have been compared already. */
interface Pair {
  readonly ours: RawConnection;
  readonly protocol: Protocol;
  responses: number;
  readonly taken: Set<number>;
  /** Whose stream it is. */
  frameworkId: string | undefined;
  isOver: boolean;
}

/**
 * Plays the recorded client's side of a trace against another master, with the ids that this one gives, and
 * compares all that comes back: status, headers, texts, events, and the fields in them.
 */
export class Replay {
  readonly differences: Difference[] = [];
  compared = 0;
  readonly #options: ReplayOptions;
  readonly #pairs = new Map<number, Pair>();
  /** What the recorded Mesos called something, and what ours calls it. */
  readonly #names: Map<string, string>;
  #step = '';
  #note = '';
  #lastT = 0;
  #lastMs: number;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#names = new Map(options.names);
    this.#lastMs = options.clock.now();
  }

  async run(): Promise<void> {
    try {
      for (const step of this.#options.steps) await this.#play(step);
    } finally {
      for (const { ours } of this.#pairs.values()) ours.close();
    }
  }

  async #play(step: TraceStep): Promise<void> {
    const pair = this.#pairs.get(step.conn);
    if (step.note !== this.#note) {
      this.#note = step.note;
      await this.#options.note?.(step.note);
    }
    if (step.kind !== 'response') await this.#pass(step.t);
    switch (step.kind) {
      case 'request':
        this.#lastT = step.t;
        this.#lastMs = this.#options.clock.now();
        await this.#request(step);
        return;
      case 'garbage':
        await this.#garbage(step);
        return;
      case 'response':
        if (pair !== undefined) await this.#response(step, pair);
        return;
      case 'event':
        if (pair !== undefined) await this.#event(step, pair);
        return;
      case 'stream-end':
        if (pair === undefined) return;
        this.compared += 1;
        pair.isOver = true;
        if (!(await pair.ours.ends(PATIENCE_MS))) this.#differs('the stream is not ended');
        return;
      case 'client-close':
        await this.#hangUp(pair);
    }
  }

  /** As much time passes since the last request as passed in the recording. */
  async #pass(t: number): Promise<void> {
    const { clock, settled } = this.#options;
    const atMs = this.#lastMs + (t - this.#lastT) * 1000;
    if (atMs - clock.now() > SETTLING_MS) await settled?.();
    await clock.advanceTo(atMs);
  }

  async #hangUp(pair: Pair | undefined): Promise<void> {
    if (pair === undefined) return;
    pair.ours.close();
    if (pair.frameworkId !== undefined && !pair.isOver) await this.#options.hungUp?.(pair.frameworkId);
    pair.isOver = true;
  }

  async #request(step: Extract<TraceStep, { kind: 'request' }>): Promise<void> {
    const { request, conn } = step;
    const at = this.#options.peer(step.peer, step.port);
    if (at === undefined) return;
    const contentType = contentTypeOf(request);
    const protocol = protocolOf(step.peer, request.firstLine);
    const text = contentType === undefined ? undefined : callText(protocol, request.body, contentType);
    const call = text === undefined ? undefined : (tryParse(text) as Json);
    this.#step = `${step.note}: ${call?.type ?? request.firstLine.slice(0, 60)}`;
    if (call !== undefined)
      await this.#options.beforeCall?.(call, this.#named(call.framework_id?.value ?? ''));
    const body =
      text === undefined || contentType === undefined
        ? this.#otherBody(request)
        : callBytes(protocol, this.#translate(text), contentType);
    const headers = request.headers.map(([name, value]) => [name, this.#named(value)] as const);
    const firstLine = this.#named(request.firstLine);
    const pair = this.#pairs.get(conn) ?? {
      ours: new RawConnection(at.host, at.port),
      protocol,
      responses: 0,
      taken: new Set(),
      frameworkId: undefined,
      isOver: false,
    };
    this.#pairs.set(conn, pair);
    pair.ours.send(messageBytes({ ...request, firstLine, headers }, body));
  }

  async #garbage({ peer, bytes, note }: Extract<TraceStep, { kind: 'garbage' }>): Promise<void> {
    const at = this.#options.peer(peer);
    if (at === undefined) return;
    this.#step = note;
    const connection = new RawConnection(at.host, at.port);
    connection.send(bytes);
    this.compared += 1;
    if (!(await connection.closes(PATIENCE_MS))) this.#differs('the connection is not closed');
    connection.close();
  }

  async #response(
    { response, request }: Extract<TraceStep, { kind: 'response' }>,
    pair: Pair,
  ): Promise<void> {
    const isHead = request.firstLine.startsWith('HEAD');
    const ours = await pair.ours.response(pair.responses, PATIENCE_MS, !isHead);
    pair.responses += 1;
    this.compared += 1;
    if (ours === undefined) {
      this.#differs(`no answer where the recorded one is ${response.firstLine}`);
      return;
    }
    const [theirStatus, ownStatus] = [statusOf(response), statusOf(ours)];
    if (theirStatus !== ownStatus) {
      this.#differs(
        `status ${ownStatus} (${bodyText(ours)}) instead of ${theirStatus} (${bodyText(response)})`,
      );
      return;
    }
    this.#compareHeaders(response, ours);
    const streamId = headerOf(response, 'mesos-stream-id');
    if (streamId !== undefined) this.#names.set(streamId, headerOf(ours, 'mesos-stream-id') ?? '');
    if (isHead && ours.body.length === 0 && response.body.length > 0) this.#differs('no body for HEAD');
    else if (!isStream(response)) this.#compareBodies(pair.protocol, response, ours);
  }

  #compareHeaders(recorded: WireMessage, ours: WireMessage): void {
    for (const name of HEADERS) {
      const [theirs, own] = [headerOf(recorded, name), headerOf(ours, name)].map(
        (value) => value && canonicalText(value),
      );
      if (theirs !== own) this.#differs(`header ${name}: ${own} instead of ${theirs}`);
    }
    if (
      (headerOf(recorded, 'mesos-stream-id') === undefined) !==
      (headerOf(ours, 'mesos-stream-id') === undefined)
    ) {
      this.#differs('header mesos-stream-id is in only one of the answers');
    }
    const known = new Set(recorded.headers.map(([name]) => name.toLowerCase()));
    const extra = ours.headers.map(([name]) => name.toLowerCase()).filter((name) => !known.has(name));
    for (const name of extra) this.#differs(`extra header ${name}`);
  }

  #compareBodies({ Response }: Protocol, recorded: WireMessage, ours: WireMessage): void {
    if (Response !== undefined && headerOf(recorded, 'content-type') === 'application/x-protobuf') {
      const [theirs, own] = [recorded, ours].map(({ body }) => messageJson(Response, body, 'protobuf'));
      const difference = fieldDifference(theirs, own);
      if (difference !== undefined) this.#differs(difference);
      return;
    }
    if (
      headerOf(recorded, 'content-type') === 'application/json' &&
      !headerOf(recorded, 'content-encoding')
    ) {
      const theirs = tryParse(this.#named(recorded.body.toString('utf8')));
      const own = tryParse(ours.body.toString('utf8'));
      const difference = fieldDifference(theirs, own);
      if (difference !== undefined) this.#differs(difference);
      return;
    }
    if (headerOf(recorded, 'content-type')?.startsWith('text/plain') === false) return;
    const [theirs, own] = [bodyText(recorded), bodyText(ours)];
    if (theirs !== own) this.#differs(`text "${own}" instead of "${theirs}"`);
  }

  async #event({ record, response }: Extract<TraceStep, { kind: 'event' }>, pair: Pair): Promise<void> {
    const contentType = headerOf(response, 'content-type') === 'application/json' ? 'json' : 'protobuf';
    const theirs = messageJson(pair.protocol.Event, record, contentType);
    const taskId: string = theirs.update?.status.task_id.value ?? '';
    // Only the first one, directly after SUBSCRIBED, does not depend on how long the recording went on.
    if (theirs.type === 'HEARTBEAT' && pair.taken.size > 2) return;
    this.compared += 1;
    const ours = await this.#counterpart(theirs, contentType, pair);
    if (ours === undefined) {
      this.#differs(`no ${theirs.type} ${taskId} where there was ${canonicalEvent(theirs).slice(0, 300)}`);
      return;
    }
    this.#learn(theirs, ours);
    pair.frameworkId ??= ours.subscribed?.framework_id?.value;
    if (SHAPES_ONLY.includes(theirs.type)) {
      const difference = fieldDifference(theirs, ours);
      if (difference !== undefined) this.#differs(`${theirs.type}: ${difference}`);
      return;
    }
    const [expected, actual] = [canonicalEvent(theirs), canonicalEvent(ours)];
    if (expected !== actual) this.#differs(`${subjectOf(theirs)}: ${valueDifference(expected, actual)}`);
  }

  /** The event of ours that answers a recorded one: of the same kind, for the same task, the first not yet taken. */
  async #counterpart(theirs: Json, contentType: MesosContentType, pair: Pair): Promise<Json | undefined> {
    const look = (isGoodEnough: (event: Json) => boolean) => (records: Uint8Array[]) => {
      for (const [index, record] of records.entries()) {
        if (pair.taken.has(index)) continue;
        const ours = messageJson(pair.protocol.Event, record, contentType);
        if (subjectOf(ours) !== subjectOf(theirs) || !isGoodEnough(ours)) continue;
        if (!this.#isSameUpdate(theirs, ours)) continue;
        pair.taken.add(index);
        return ours;
      }
      return undefined;
    };
    const any = look(() => true);
    const best = theirs.type === 'OFFERS' ? look((event) => this.#isAsBig(theirs, event)) : any;
    if (!this.#isBroughtByTime(theirs)) {
      const found = await pair.ours.record(PATIENCE_MS / 2, best);
      if (found !== undefined) return found;
    }
    return (await this.#afterSomeTime(pair, best)) ?? pair.ours.record(PATIENCE_MS / 2, any);
  }

  /** Offers are made by a clock that ticks at other moments than the recorded one, and so are repetitions. */
  #isBroughtByTime({ type, update }: Json): boolean {
    if (type === 'UPDATE') return this.#names.has(update.status.uuid);
    return TIMED.includes(type);
  }

  /** Lets time pass until there is what is looked for. */
  async #afterSomeTime(
    pair: Pair,
    look: (records: Uint8Array[]) => Json | undefined,
  ): Promise<Json | undefined> {
    const { clock } = this.#options;
    for (let passedMs = 0; ; passedMs += CLOCK_STEP_MS) {
      const found = await pair.ours.record(ARRIVAL_MS, look);
      if (found !== undefined || passedMs >= CLOCK_PATIENCE_MS) return found;
      await clock.advanceTo(clock.now() + CLOCK_STEP_MS);
    }
  }

  /** An update that was seen before was sent again; ours may be sent again when the recorded one was not. */
  #isSameUpdate(theirs: Json, ours: Json): boolean {
    const [recorded, own] = [theirs, ours].map(({ update }) => update?.status.uuid as string | undefined);
    if (recorded === undefined || own === undefined) return true;
    const known = this.#names.get(recorded);
    return known === undefined ? ![...this.#names.values()].includes(own) : known === own;
  }

  /** Remembers which of our names stand where the recorded ones do. */
  #learn(theirs: Json, ours: Json): void {
    const agentOf = (event: Json) => event.subscribed?.get_state?.get_agents.agents[0].agent_info.id.value;
    const pairs: [unknown, unknown][] = [
      [agentOf(theirs), agentOf(ours)],
      [theirs.subscribed?.framework_id.value, ours.subscribed?.framework_id.value],
      [theirs.subscribed?.master_info.id, ours.subscribed?.master_info.id],
      [theirs.update?.status.uuid, ours.update?.status.uuid],
      [
        theirs.update?.status.container_status?.container_id?.value,
        ours.update?.status.container_status?.container_id?.value,
      ],
    ];
    for (const offer of theirs.offers?.offers ?? []) {
      const own = this.#sameAgent(offer, ours.offers?.offers ?? []) ?? ours.offers?.offers[0];
      pairs.push([offer.id.value, own?.id.value], [offer.agent_id.value, own?.agent_id.value]);
    }
    for (const [name, own] of pairs) {
      if (typeof name === 'string' && typeof own === 'string' && !this.#names.has(name))
        this.#names.set(name, own);
    }
  }

  /** Which of our offers is of the agent that a recorded one is of; agents become known by their first offers. */
  #sameAgent(recorded: Json, own: readonly Json[]): Json {
    const known = this.#names.get(recorded.agent_id.value);
    const named = [...this.#names.values()];
    return own.find(({ agent_id: agentId }) =>
      known === undefined ? !named.includes(agentId.value) : agentId.value === known,
    );
  }

  /** Whether these offers are as good as the recorded ones. */
  #isAsBig(theirs: Json, ours: Json): boolean {
    return theirs.offers.offers.every((recorded: Json) => {
      const own = this.#sameAgent(recorded, ours.offers.offers);
      return own !== undefined && cpusOf(own) >= cpusOf(recorded);
    });
  }

  /** A form and what is compressed have names in them; what is no call goes as it is. */
  #otherBody(request: WireMessage): Buffer {
    const rename = (bytes: Buffer) => Buffer.from(this.#named(bytes.toString('latin1')), 'latin1');
    if (headerOf(request, 'content-encoding') === 'gzip') return gzipSync(rename(gunzipSync(request.body)));
    return /teardown/.test(request.firstLine) ? rename(request.body) : request.body;
  }

  #translate(text: string): string {
    const renamed = this.#named(text);
    return this.#options.rewrite?.(renamed) ?? renamed;
  }

  #named(text: string): string {
    let changed = text;
    const names = [...this.#names].sort(([left], [right]) => right.length - left.length);
    for (const [recorded, own] of names) changed = changed.replaceAll(recorded, own);
    return changed;
  }

  #differs(what: string): void {
    this.differences.push({ scenario: this.#options.scenario, step: this.#step, what });
  }
}

function subjectOf(event: Json): string {
  const { update, failure, rescind, task_added: added, task_updated: updated } = event;
  const task = (update?.status ?? updated?.status ?? added?.task)?.task_id.value ?? '';
  const failed = failure ? `${failure.executor_id?.value ?? 'agent'}` : '';
  return `${event.type} ${task} ${failed} ${rescind ? 'offer' : ''}`;
}

function cpusOf(offer: Json): number {
  const found = (offer?.resources ?? []).filter((resource: Json) => resource.name === 'cpus');
  return found.reduce((sum: number, resource: Json) => sum + resource.scalar.value, 0);
}

function contentTypeOf(request: WireMessage): MesosContentType | undefined {
  const name = headerOf(request, 'content-type');
  if (headerOf(request, 'content-encoding') !== undefined || request.body.length === 0) return undefined;
  if (name === 'application/x-protobuf') return 'protobuf';
  return name?.toLowerCase().startsWith('application/json') ? 'json' : undefined;
}

/** A call as JSON text; undefined when these bytes are no call, and have to be sent as they are. */
function callText({ Call }: Protocol, body: Buffer, contentType: MesosContentType): string | undefined {
  if (contentType === 'json') return body.toString('utf8');
  try {
    return stringifyMesosJson(Call, codecOf('protobuf').decode(Call, body));
  } catch {
    return undefined;
  }
}

function callBytes({ Call }: Protocol, text: string, contentType: MesosContentType): Buffer {
  if (contentType === 'json') return Buffer.from(text);
  return Buffer.from(codecOf('protobuf').encode(Call, fromMesosJson(Call, JSON.parse(text))));
}

function messageJson(type: MessageType, record: Uint8Array, contentType: MesosContentType): Json {
  if (contentType === 'json') return JSON.parse(Buffer.from(record).toString('utf8'));
  return JSON.parse(stringifyMesosJson(type, codecOf('protobuf').decode(type, record)));
}

function tryParse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statusOf(message: WireMessage): string {
  return message.firstLine.split(' ')[1] ?? '';
}

function bodyText(message: WireMessage): string {
  return canonicalText(message.body.subarray(0, 500).toString('latin1'));
}
