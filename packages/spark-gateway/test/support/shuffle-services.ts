import type { ShuffleServiceAddress, ShuffleServiceConnection } from '@spark-mesos/external-shuffle';
import type { ShuffleServiceConnector } from '../../src/shuffle-registration.ts';

/** The services of all agents: notes what each is told, and breaks when a test says so. */
export class FakeShuffleServices {
  readonly told: string[] = [];
  /** Hosts on which none listens. */
  readonly absent = new Set<string>();
  readonly authentications: Parameters<ShuffleServiceConnector>[1][] = [];

  readonly connect: ShuffleServiceConnector = async (address, authentication) => {
    this.authentications.push(authentication);
    if (this.absent.has(address.host)) throw new Error(`connect ECONNREFUSED ${address.host}`);
    return this.#connection(address);
  };

  #connection({ host, port }: ShuffleServiceAddress): ShuffleServiceConnection {
    const tell = async (what: string) => {
      this.told.push(`${host}:${port} ${what}`);
    };
    return {
      closed: new Promise(() => {}),
      registerDriver: (appId, timeoutMs) => tell(`register ${appId} ${timeoutMs}`),
      heartbeat: async () => 'known',
      removeApplication: (appId) => tell(`remove ${appId}`),
      setSecret: (appId, secret) => tell(`secret ${appId} ${secret}`),
      close: () => void tell('close'),
    };
  }
}
