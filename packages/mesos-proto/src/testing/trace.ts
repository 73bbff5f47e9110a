/** Bytes as they crossed a socket in one send or receive. */
export interface TraceSlice {
  readonly atSeconds: number;
  readonly direction: 'c2s' | 's2c';
  readonly bytes: Uint8Array;
}

/** One TCP connection of a recorded scenario. */
export interface TraceConnection {
  readonly id: number;
  /** `master`, `agent` or `zookeeper`. */
  readonly peer: string;
  readonly address: string;
  readonly slices: readonly TraceSlice[];
  /** The records of its stream once more, as the recorder read them. */
  readonly events: readonly unknown[];
  readonly closedBy: 'client' | 'server' | undefined;
}

/** A recorded scenario. */
export interface Trace {
  readonly connections: readonly TraceConnection[];
  /** What the recorder was about to do, in its words. */
  readonly notes: readonly string[];
}

interface TraceLine {
  readonly t?: number;
  readonly conn?: number;
  readonly dir?: string;
  readonly peer?: string;
  readonly text?: string;
  readonly b64?: string;
  readonly event?: unknown;
  readonly note?: string;
}

interface OpenConnection {
  id: number;
  peer: string;
  address: string;
  slices: TraceSlice[];
  events: unknown[];
  closedBy: 'client' | 'server' | undefined;
}

/** Reads a recording, one JSON object a line, as test/fixtures/mesos-v1 has them. */
export function readTrace(text: string): Trace {
  const connections = new Map<number, OpenConnection>();
  const notes: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '') {
      continue;
    }
    const item = JSON.parse(line) as TraceLine;
    if (item.note !== undefined) {
      notes.push(item.note);
    }
    if (item.conn !== undefined) {
      addLine(connections, item.conn, item);
    }
  }
  return { connections: [...connections.values()], notes };
}

function addLine(connections: Map<number, OpenConnection>, id: number, line: TraceLine): void {
  const connection = connections.get(id) ?? {
    id,
    peer: '',
    address: '',
    slices: [],
    events: [],
    closedBy: undefined,
  };
  connections.set(id, connection);
  if (line.event !== undefined) {
    connection.events.push(line.event);
  }
  switch (line.dir) {
    case 'open':
      [connection.peer = '', connection.address = ''] = (line.peer ?? '').split(' ');
      break;
    case 'c2s':
    case 's2c':
      connection.slices.push({ atSeconds: line.t ?? 0, direction: line.dir, bytes: bytesOf(line) });
      break;
    case 'closed-by-client':
    case 'closed-by-server':
      connection.closedBy = line.dir === 'closed-by-client' ? 'client' : 'server';
      break;
    default:
  }
}

function bytesOf(line: TraceLine): Uint8Array {
  return line.text === undefined ? Buffer.from(line.b64 ?? '', 'base64') : Buffer.from(line.text, 'utf8');
}
