import { unreadable } from './committer.ts';
import type { ZooKeeperSession } from './session.ts';

const NOTHING = new Uint8Array(0);

/** Makes nodes that are not there, with those above them; false: the connection got lost meanwhile. */
export async function makePath(session: ZooKeeperSession, path: string): Promise<boolean> {
  const names = path.split('/').filter((name) => name !== '');
  for (const depth of names.keys()) {
    if (!(await makeNode(session, `/${names.slice(0, depth + 1).join('/')}`))) return false;
  }
  return true;
}

/** Makes a node that is not there; false: the connection got lost meanwhile. */
export async function makeNode(session: ZooKeeperSession, path: string): Promise<boolean> {
  const made = await session.create(path, NOTHING, 'lasting');
  if (made.kind !== 'refused' || made.refusal === 'nodeExists') return made.kind !== 'lost';
  // Above a node that is there, nothing may have to be made by one who has no right to.
  const read = made.refusal === 'forbidden' ? await session.read(path) : made;
  if (read.kind === 'refused') throw unreadable(path, made);
  return read.kind === 'done';
}
