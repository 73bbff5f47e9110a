import type { OperatorClient } from '@spark-mesos/mesos-client';
import { APPLICATION_SETTINGS, messageOf } from '@spark-mesos/scheduler-utils';
import type { MasterSettings } from './settings.ts';

/** Loaded where there is a master to ask: it would be a quarter of the service's memory. */
const load = () => import('@spark-mesos/mesos-client');

/** What is wrong with the master's address, if there is one. */
export async function masterProblems(master: MasterSettings | undefined): Promise<readonly string[]> {
  if (master === undefined) return [];
  const { createMasterDetector } = await load();
  try {
    createMasterDetector(master.address);
    return [];
  } catch (error) {
    const { name } = APPLICATION_SETTINGS.shuffleServiceMaster;
    return [`${name}: ${messageOf(error)}`];
  }
}

/** Asks the master; connects when it is asked first. */
export async function masterClient({ address, credentials }: MasterSettings): Promise<OperatorClient> {
  const client = await load();
  return new client.OperatorClient({
    master: address,
    ...(credentials === undefined ? {} : { credentials }),
  });
}
