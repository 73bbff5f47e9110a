import {
  type AccessRules,
  jwsRuleOfSpark,
  OPEN_ACCESS,
  parseAccessRules,
} from '@spark-mesos/cluster-dispatcher';
import { readNamed } from './properties.ts';

/**
 * Who may do what: as the file says, and, where Spark 4's own filter is set for its REST server, with tokens that are signed with
 * its key. Without either everybody may do everything.
 */
export async function readAccess(
  accessFile: string | undefined,
  properties: ReadonlyMap<string, string>,
): Promise<AccessRules> {
  const ofSpark = jwsRuleOfSpark(properties);
  if (accessFile === undefined) {
    return ofSpark === undefined ? OPEN_ACCESS : { tokens: [], certificates: [], jws: ofSpark };
  }
  const rules = parseAccessRules(await readNamed('access file', accessFile));
  return { ...rules, jws: rules.jws ?? ofSpark };
}
