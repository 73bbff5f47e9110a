import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EventStreamParser } from '../../apps/console/src/dispatcher/api/event-stream-parser.ts';
import { parseApplications } from '../../apps/console/src/dispatcher/model/application.ts';
import { parseDriverDetails, parseDriverPage } from '../../apps/console/src/dispatcher/model/driver.ts';
import { parseExplanation } from '../../apps/console/src/dispatcher/model/explanation.ts';
import {
  parseQueues,
  parseReadiness,
  parseStatistics,
} from '../../apps/console/src/dispatcher/model/overview.ts';
import { parseCluster } from '../../apps/console/src/mesos/model/cluster.ts';
import { parseRoles } from '../../apps/console/src/mesos/model/role.ts';
import { parseFileChunk } from '../../apps/console/src/mesos/sandbox/file-chunk.ts';
import { parseListing } from '../../apps/console/src/mesos/sandbox/file-listing.ts';
import { type Subject, textSubject } from '../subject.ts';

const FIXTURES = fileURLToPath(new URL('../../apps/console/test/fixtures/', import.meta.url));
const answers = (name: RegExp) =>
  readdirSync(FIXTURES)
    .filter((file) => name.test(file))
    .map((file) => readFileSync(`${FIXTURES}${file}`, 'utf8'));

const attempt = { number: 1, taskId: 't', links: { sandbox: '#/sandbox' } };
const driver = { id: 'driver-1', name: 'job', state: 'running', resources: { cpus: 1 }, attempts: [attempt] };
const drivers = [
  { submissions: [driver], total: 1 },
  { ...driver, request: { properties: { a: 'b' }, arguments: ['1'] } },
];
const overview = [
  { queues: [{ name: 'default', queued: 1 }], queued: 1 },
  { submissionsTotal: 2, endedByTaskState: { TASK_FINISHED: 1 } },
  { ready: true, draining: false, problems: ['none'] },
  { applications: [{ id: 'f', name: 'job', sentence: 'waits' }] },
  { sentence: 'it waits', reason: 'CPUS_SHORT' },
];

/** A page reads whatever is JSON, since what answers may be of another version. */
function answerSubject(name: string, golden: readonly string[], read: (answer: unknown) => unknown): Subject {
  return textSubject(`${name}, in the page`, golden, (text) => read(JSON.parse(text)), {
    mayThrow: (error) => error instanceof SyntaxError,
  });
}

export const CONSOLE_SUBJECTS: readonly Subject[] = [
  answerSubject("a master's state", answers(/state\.json$|slaves\.json$/), parseCluster),
  answerSubject("a master's roles", answers(/roles\.json$/), parseRoles),
  answerSubject('the files of a sandbox', answers(/browse\.json$/), parseListing),
  {
    name: 'a piece of a file, in the page',
    golden: answers(/read.*\.json$/).map((text) => Buffer.from(text)),
    read: parseFileChunk,
    mayThrow: (error) => error instanceof SyntaxError,
  },
  answerSubject(
    'drivers',
    drivers.map((one) => JSON.stringify(one)),
    (answer) => [parseDriverPage(answer), parseDriverDetails(answer)],
  ),
  answerSubject(
    'the overview',
    overview.map((one) => JSON.stringify(one)),
    (answer) => [
      parseQueues(answer),
      parseStatistics(answer),
      parseReadiness(answer),
      parseApplications(answer),
      parseExplanation(answer),
    ],
  ),
  textSubject(
    'streams of events',
    ['event: driver\ndata: {"a":1}\nid: 7\n\n: nothing\n\n', 'data: a\r\ndata: b\r\n\r\n'],
    (text) => {
      const parser = new EventStreamParser();
      return [parser.push(text.slice(0, text.length >> 1)), parser.push(text.slice(text.length >> 1))];
    },
  ),
];
