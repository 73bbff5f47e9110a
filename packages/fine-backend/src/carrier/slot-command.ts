import { mesos } from '@spark-mesos/mesos-proto';
import type { SlotLinePlace } from './slot-line.ts';

/** As long as a `sleep` can be that counts in 32 bits: some 68 years. */
const FOREVER_SECONDS = '2147483647';

/** The script's own name, as process lists show it. */
const NAME = 'spark-slot';

/** A program that every agent has, and that does nothing. No shell is started for it. */
const SLEEP: mesos.v1.ICommandInfo = {
  shell: false,
  value: '/bin/sleep',
  arguments: ['sleep', FOREVER_SECONDS],
};

/** Only bash can open a connection by itself; where there is none the slot sleeps, and is killed. */
const FIND_BASH = `bash=$(command -v bash) && exec "$bash" -c "$@"
exec /bin/sleep ${FOREVER_SECONDS}`;

/**
 * Waits for the word with which to end; its arguments are host, port and task id. It ends with its connection too, since
 * then nobody pays attention to it any more. Where there is no connection, or no welcome (too many have come, or it is
 * somebody else who listens there), it sleeps, and is killed. The pipe signal would end it in the middle of a word.
 */
const WAIT_ON_LINE = `trap '' PIPE
if { exec 3<>"/dev/tcp/$1/$2"; } 2>/dev/null &&
  printf 'slot %s %s\\n' "$3" "$SPARK_MESOS_SLOT_TOKEN" 2>/dev/null >&3 &&
  IFS= read -r -t 30 -n 16 word <&3 && [ "$word" = welcome ]
then
  if IFS= read -r -n 16 word <&3; then
    [ "$word" = 0 ]
    exit
  fi
  echo 'spark-mesos: the connection with the gateway is gone' >&2
  exit 1
fi
exec 3>&-
exec /bin/sleep ${FOREVER_SECONDS}`;

/**
 * The command of a slot that is a task of its own: it does nothing until it is told to end on its line, or killed. The
 * scripts are the same for every slot; what is its own comes as arguments, and the token in its environment.
 */
export function slotCommand(taskId: string, line: SlotLinePlace | undefined): mesos.v1.ICommandInfo {
  if (line === undefined) {
    return SLEEP;
  }
  const { host, port, token } = line;
  const { VALUE } = mesos.v1.Environment.Variable.Type;
  return {
    shell: false,
    value: '/bin/sh',
    arguments: ['sh', '-c', FIND_BASH, NAME, WAIT_ON_LINE, NAME, host, String(port), taskId],
    environment: { variables: [{ name: 'SPARK_MESOS_SLOT_TOKEN', type: VALUE, value: token }] },
  };
}
