import { connect } from 'node:net';

/** What a ZooKeeper mixes into the passwords of its sessions (org.apache.zookeeper.server.ZooKeeperServer.superSecret). */
const PASSWORD_SALT = 0xb3415c00n;
const PASSWORD_BYTES = 16;
const SESSION_TIMEOUT_MS = 4000;
const CLOSE_SESSION = -11;

/** The multiplier, the increment and the bits of java.util.Random. */
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
const SEED_BITS = 48;

/**
 * Asks a server on loopback, in the name of a session, to end it, as ZooKeeper itself does with one that it has not heard of for too
 * long: its client learns that when it connects again. Where the client connects again before the server has read this, it lives on.
 *
 * ```text
 * ConnectRequest => length:int version:int lastZxid:long timeout:int session:long password:bytes
 * RequestHeader  => length:int xid:int type:int
 * ```
 */
export async function endSession(port: number, session: bigint): Promise<void> {
  const requests = Buffer.alloc(60);
  requests.writeInt32BE(44, 0);
  requests.writeInt32BE(SESSION_TIMEOUT_MS, 16);
  requests.writeBigUInt64BE(session, 20);
  requests.writeInt32BE(PASSWORD_BYTES, 28);
  passwordOf(session).copy(requests, 32);
  requests.writeInt32BE(8, 48);
  requests.writeInt32BE(1, 52);
  requests.writeInt32BE(CLOSE_SESSION, 56);
  const socket = connect(port, '127.0.0.1');
  // The server may end the connection in whatever way it likes, and says nothing that is of use.
  socket.on('error', () => socket.destroy());
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(requests);
  await closed;
}

/** The sessions that own nodes, each with their paths, in what a server answers to `dump`. */
export function ownersIn(dump: string): ReadonlyMap<bigint, readonly string[]> {
  const owners = new Map<bigint, string[]>();
  const [, ephemerals = ''] = dump.split(/^Sessions with Ephemerals.*$/m);
  let paths: string[] = [];
  for (const line of ephemerals.split('\n')) {
    const session = /^0x([\da-f]+):?$/.exec(line.trim())?.[1];
    if (session !== undefined) {
      paths = [];
      owners.set(BigInt(`0x${session}`), paths);
    } else if (line.startsWith('\t/')) paths.push(line.trim());
    else if (line.startsWith('Connections')) break;
  }
  return owners;
}

/** A server makes the password of a session from its number, and does not keep it. */
function passwordOf(session: bigint): Buffer {
  const password = Buffer.alloc(PASSWORD_BYTES);
  let seed = BigInt.asUintN(SEED_BITS, session ^ PASSWORD_SALT ^ MULTIPLIER);
  for (let at = 0; at < PASSWORD_BYTES; at += 4) {
    seed = BigInt.asUintN(SEED_BITS, seed * MULTIPLIER + INCREMENT);
    password.writeUInt32LE(Number(seed >> 16n), at);
  }
  return password;
}
