// The pages of error codes and exit codes, from the comments before them.

import { readCoded } from './coded-list.mjs';
import { MADE, table } from './made-table.mjs';

/** Where errors are met, and the lists of their codes. */
const ERROR_LISTS = /** @type {const} */ ([
  [
    'Commands',
    'What a command says in one line before it ends; its exit code is in [exit-codes.md](exit-codes.md).',
    [
      ['`spark-mesos`', 'SubmitError', 'apps/submit/src/errors.ts', 'SUBMIT_ERROR_CODES'],
      ['`spark-mesos-dispatcher`', 'CommandError', 'apps/dispatcher/src/errors.ts', 'COMMAND_ERROR_CODES'],
      [
        '`spark-mesos-shuffle-service`',
        'ServiceError',
        'apps/shuffle-service/src/errors.ts',
        'SERVICE_ERROR_CODES',
      ],
      ['`mesos-local`', 'CommandError', 'apps/mesos-local/src/errors.ts', 'COMMAND_ERROR_CODES'],
    ],
  ],
  [
    'The API of the dispatcher',
    'What `code` is in an answer that is none of 2xx.',
    [
      [
        'Requests',
        'RequestProblem',
        'packages/cluster-dispatcher/src/rest/problem.ts',
        'REQUEST_PROBLEM_CODES',
      ],
      [
        'Submissions',
        'DispatcherError',
        'packages/cluster-dispatcher/src/errors.ts',
        'DISPATCHER_ERROR_CODES',
      ],
      [
        'Its clients',
        'DispatcherClientError',
        'packages/cluster-dispatcher/src/client/client-error.ts',
        'DISPATCHER_CLIENT_ERROR_CODES',
      ],
      ['The web pages', 'RequestError', 'apps/console/src/shared/request-error.ts', 'REQUEST_ERROR_CODES'],
    ],
  ],
  [
    'Packages',
    'What `code` is in an error that a package throws or hands over; it also stands in log lines.',
    [
      ['spark-gateway', 'GatewayError', 'packages/spark-gateway/src/errors.ts', 'GATEWAY_ERROR_CODES'],
      ['mesos-local', 'LocalMesosError', 'packages/mesos-local/src/errors.ts', 'LOCAL_MESOS_ERROR_CODES'],
      ['coarse-backend', 'CoarseError', 'packages/coarse-backend/src/errors.ts', 'COARSE_ERROR_CODES'],
      ['fine-backend', 'FineError', 'packages/fine-backend/src/errors.ts', 'FINE_ERROR_CODES'],
      ['external-shuffle', 'ShuffleError', 'packages/external-shuffle/src/errors.ts', 'SHUFFLE_ERROR_CODES'],
      [
        'external-shuffle, the client',
        'ShuffleClientError',
        'packages/external-shuffle/src/client/client-error.ts',
        'SHUFFLE_CLIENT_ERROR_CODES',
      ],
      ['scheduler-utils', 'ConfigError', 'packages/scheduler-utils/src/errors.ts', 'CONFIG_ERROR_CODES'],
      ['mesos-client', 'MesosError', 'packages/mesos-client/src/errors.ts', 'MESOS_ERROR_CODES'],
      ['spark-rpc', 'SparkRpcError', 'packages/spark-rpc/src/errors.ts', 'SPARK_RPC_ERROR_CODES'],
      [
        'spark-network',
        'SparkNetworkError',
        'packages/spark-network/src/errors.ts',
        'SPARK_NETWORK_ERROR_CODES',
      ],
      [
        'java-serialization',
        'JavaSerializationError',
        'packages/java-serialization/src/errors.ts',
        'JAVA_SERIALIZATION_ERROR_CODES',
      ],
      ['mesos-proto', 'MesosProtoError', 'packages/mesos-proto/src/errors.ts', 'MESOS_PROTO_ERROR_CODES'],
      ['durable-store', 'StoreError', 'packages/durable-store/src/errors.ts', 'STORE_ERROR_CODES'],
    ],
  ],
]);

const ERRORS_HEAD = `# Errors

${MADE}

Programs match on \`code\`; the message is for people, says what happened, to what and what to do, and may change. The codes
do not change within a major version.`;

/**
 * Every code with what it means and what to do about it.
 * @param {string} root
 */
export function errorsPage(root) {
  const parts = ERROR_LISTS.map(([title, intro, lists]) => {
    const tables = lists.map(([name, className, file, list]) => {
      const rows = readCoded(root, file, list).map(({ code, meaning, remedy }) => {
        if (remedy === '') throw new Error(`${file}: ${code} does not say what to do about it (Remedy: …)`);
        return [`\`${code}\``, meaning, remedy];
      });
      return `### ${name}\n\n[\`${className}\`](../../${file})\n\n${table(['Code', 'What is wrong', 'What to do'], rows)}`;
    });
    return [`## ${title}`, intro, ...tables].join('\n\n');
  });
  return [ERRORS_HEAD, ...parts].join('\n\n');
}

/** The apps that end with codes of their own. */
export const EXITS = /** @type {const} */ ([
  ['spark-mesos', 'submit'],
  ['spark-mesos-dispatcher', 'dispatcher'],
  ['spark-mesos-shuffle-service', 'shuffle-service'],
  ['mesos-local', 'mesos-local'],
  ['spark-mesos-fine-executor', 'fine-executor'],
]);

const EXITS_HEAD = `# Exit codes

${MADE}

\`spark-mesos\` ends with the status of Spark's own program: 0 when it succeeded, its own code when it failed, and 128 + n
when signal n ended it (130 after Ctrl-C, 137 after \`kill -9\`, 143 after \`kill\`). With
\`submit --deploy-mode cluster --wait\` it is the status of the driver, however far away that ran.

Where Spark could not be started, or failed because of what \`spark-mesos\` or Mesos refused, the status is one of the first
table, and the line before it on standard error says what is wrong. They lie in the range that BSD's \`sysexits.h\` has for
such reasons; Spark uses none of them. The other commands mean the same by the same number, but for one: a wrong command line
is 1 with \`spark-mesos-dispatcher\`, as it was with the original.`;

/**
 * The exit codes of one app.
 * @param {string} root
 * @param {string} app folder name
 */
export function exitTable(root, app) {
  const rows = readCoded(root, `apps/${app}/src/exit-codes.ts`, 'EXIT_CODES').map(
    ({ code, meaning, remedy }) => [code, meaning, remedy],
  );
  return table(['Code', 'What is wrong', 'What to do'], rows);
}

/**
 * The exit codes of all commands.
 * @param {string} root
 */
export function exitsPage(root) {
  return [EXITS_HEAD, ...EXITS.map(([name, app]) => `## ${name}\n\n${exitTable(root, app)}`)].join('\n\n');
}
