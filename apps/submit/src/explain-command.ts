import { type Credentials, OperatorClient } from '@spark-mesos/mesos-client';
import { GATEWAY_LABEL, type ListedApplication } from '@spark-mesos/spark-gateway';
import { SubmitError } from './errors.ts';
import { applicationLine, explanationText } from './explanation-text.ts';
import { askExplanation, listApplications } from './gateway-client.ts';
import { gatewayDirectory, runningGateways } from './gateway-files.ts';
import { type CommandDescription, helpOf } from './help.ts';
import { masterCredentials } from './master-credentials.ts';
import { type OwnArguments, type OwnFlag, readOwnArguments } from './own-arguments.ts';

const FLAGS: readonly OwnFlag[] = [
  {
    name: 'gateway',
    value: 'URL',
    meaning: 'ask this gateway (http://host:port; its spark:// address does as well)',
  },
  { name: 'master', value: 'MASTER', meaning: 'find the gateways of all applications of this Mesos master' },
  {
    name: 'conf',
    value: 'NAME=VALUE',
    repeated: true,
    meaning: 'with --master: spark.mesos.principal, spark.mesos.secret and their .file, as for submit',
  },
  {
    name: 'properties-file',
    value: 'FILE',
    names: 'file',
    meaning: 'with --master: read them from FILE (default: spark-defaults.conf)',
  },
  { name: 'json', meaning: 'print what the gateway answers, as JSON' },
];

/** `spark-mesos explain`, as people are told of it. */
export const EXPLAIN: CommandDescription = {
  name: 'explain',
  summary: 'say why an application has the executors that it has, and no others',
  usage: 'spark-mesos explain [APPLICATION] [flags]',
  text:
    'Says why an application has the executors that it has, and no others. Without an application it explains the only\n' +
    'one that runs, or lists those that run. Gateways of this user on this machine are found by themselves.',
  flags: FLAGS,
  examples: [
    ['spark-mesos explain', 'the application that runs from this machine'],
    ['spark-mesos explain --master mesos://10.0.0.1:5050 0042', 'one of a cluster, by the end of its id'],
  ],
};

/** What the command takes from its process. */
export interface ExplainSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

interface Found {
  readonly gateway: string;
  readonly application: ListedApplication;
}

/** `spark-mesos explain [application]`, from its words to its exit status. */
export async function runExplain(words: readonly string[], around: ExplainSurroundings): Promise<number> {
  const said = readOwnArguments(FLAGS, words);
  const { words: wanted, switches } = said;
  if (switches.has('help')) {
    around.write(helpOf(EXPLAIN));
    return 0;
  }
  const [id, ...more] = wanted;
  if (more.length > 0) {
    throw new SubmitError('SUBMIT_USAGE', `explain takes one application; "${wanted.join(' ')}" are several`);
  }
  const gateways = await findGateways(said, around.environment);
  const applications = await applicationsOf(gateways, (text) => around.writeError(`spark-mesos: ${text}\n`));
  const chosen = id === undefined ? applications : matching(applications, id);
  const [only] = chosen;
  if (only?.application.id === undefined || chosen.length > 1) {
    return list(chosen, id, switches.has('json'), around);
  }
  const explanation = await askExplanation(only.gateway, only.application.id);
  around.write(
    switches.has('json')
      ? `${JSON.stringify(explanation, null, 2)}\n`
      : explanationText(explanation, Date.now()),
  );
  return 0;
}

function list(
  chosen: readonly Found[],
  id: string | undefined,
  json: boolean,
  around: ExplainSurroundings,
): number {
  if (id !== undefined && chosen.length > 1) {
    const ids = chosen.map(({ application }) => application.id ?? application.name).join(', ');
    throw new SubmitError('SUBMIT_USAGE', `"${id}" is several applications: ${ids}; say which`);
  }
  const applications = chosen.map(({ application }) => application);
  if (json) around.write(`${JSON.stringify({ applications }, null, 2)}\n`);
  else if (applications.length === 0) around.write('no application runs\n');
  else around.write(`${applications.map(applicationLine).join('\n')}\n`);
  return 0;
}

async function findGateways(
  { values, lists }: OwnArguments,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const named = values.get('gateway');
  if (named !== undefined) return [gatewayUrl(named)];
  const master = values.get('master');
  if (master !== undefined) {
    const propertiesFile = values.get('properties-file');
    const sources = { conf: lists.get('conf') ?? [], propertiesFile, environment };
    return gatewaysOfMaster(master, await masterCredentials(sources));
  }
  const directory = gatewayDirectory(environment);
  const running = await runningGateways(directory);
  if (running.length > 0) return running.map(({ httpUrl }) => httpUrl);
  throw new SubmitError(
    'SUBMIT_NO_APPLICATION',
    `no gateway of yours runs on this machine (none is in ${directory}): name the Mesos master with ` +
      '--master mesos://host:5050, or a gateway with --gateway http://host:port',
  );
}

function gatewayUrl(text: string): string {
  if (text.startsWith('https://')) {
    const plain = text.replace('https', 'http');
    throw new SubmitError(
      'SUBMIT_USAGE',
      `--gateway is "${text}"; a gateway answers plain HTTP, also where its drivers speak TLS: say ${plain}`,
    );
  }
  const url = text.replace(/^spark:\/\//, 'http://');
  if (/^http:\/\/[^/]+\/?$/.test(url) && URL.canParse(url)) return url;
  throw new SubmitError(
    'SUBMIT_USAGE',
    `--gateway is "${text}"; it needs an address such as http://host:port`,
  );
}

/** Each framework of ours tells by a label where its gateway answers. */
async function gatewaysOfMaster(
  master: string,
  credentials: Credentials | undefined,
): Promise<readonly string[]> {
  const client = new OperatorClient({
    master,
    maxTries: 1,
    ...(credentials === undefined ? {} : { credentials }),
  });
  try {
    const { frameworks } = await client.getFrameworks();
    const labels = (frameworks ?? []).flatMap(({ frameworkInfo }) => frameworkInfo?.labels?.labels ?? []);
    const urls = labels.filter(({ key }) => key === GATEWAY_LABEL).map(({ value }) => value ?? '');
    const gateways = [...new Set(urls)].filter((url) => /^http:\/\//.test(url) && URL.canParse(url));
    if (gateways.length > 0) return gateways;
  } finally {
    await client.close();
  }
  throw new SubmitError('SUBMIT_NO_APPLICATION', `no framework of spark-mesos runs at the master ${master}`);
}

/** One gateway that does not answer does not hide the others. */
async function applicationsOf(
  gateways: readonly string[],
  warn: (text: string) => void,
): Promise<readonly Found[]> {
  const answers = await Promise.allSettled(gateways.map((gateway) => listApplications(gateway)));
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
  const [first] = reasons;
  if (first !== undefined && reasons.length === gateways.length) throw first;
  for (const { message } of reasons) warn(message);
  return answers.flatMap((answer, index) =>
    answer.status === 'fulfilled'
      ? answer.value.map((application) => ({ gateway: gateways[index] ?? '', application }))
      : [],
  );
}

/** By its whole id; else by the end of its id, or its name. */
function matching(applications: readonly Found[], id: string): readonly Found[] {
  const exact = applications.filter(({ application }) => application.id === id);
  if (exact.length > 0) return exact;
  const near = applications.filter(
    ({ application }) => application.name === id || application.id?.endsWith(`-${id}`) === true,
  );
  if (near.length > 0) return near;
  const known = applications.map(({ application }) => `${application.id ?? ''} (${application.name})`);
  throw new SubmitError(
    'SUBMIT_NO_APPLICATION',
    `no gateway that was asked has an application ${id}; ` +
      (known.length === 0 ? 'none runs there' : `there are ${known.join(', ')}`),
  );
}
