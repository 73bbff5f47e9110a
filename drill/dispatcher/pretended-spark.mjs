// A Spark whose drivers are small shell scripts that write down when they began and how they ended.

import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The task's id stands in the framework id that its Spark is told. The lock is the kernel's, so that it is held for as
 * long as the attempt lives, however it ends. The last three words are the driver's own.
 */
const SPARK_SUBMIT = `#!/bin/sh
while [ $# -gt 3 ]; do shift; done
name=$1 what=$2 seconds=$3
task=driver-\${SPARK_SUBMIT_OPTS##*-driver-}
tell() { echo "$* $name $task" >>"$DRILL_RECORDS"; }
exec 9>>"$DRILL_RECORDS.$name"
flock -n 9 || tell twice
tell began
trap 'tell killed; exit 143' TERM
sleep "$seconds" 9>&- &
wait $!
status=0
case $what in
  fail) status=3 ;;
  flaky) case $task in *-retry-*) ;; *) status=1 ;; esac ;;
esac
tell "ended $status"
exit $status
`;

/** Of a Spark's jars the dispatcher reads the classes of its messages. */
const JARS = /^(spark-core|spark-network-common|scala-library)_?[\d.-].*\.jar$/;

/**
 * Makes it in a folder.
 * @param {string} folder
 * @param {string} sparkHome a real one, whose jars it has
 */
export async function pretendSpark(folder, sparkHome) {
  const home = join(folder, 'spark');
  await mkdir(join(home, 'bin'), { recursive: true });
  await mkdir(join(home, 'jars'));
  const program = join(home, 'bin', 'spark-submit');
  await writeFile(program, SPARK_SUBMIT);
  await chmod(program, 0o755);
  const jars = join(sparkHome, 'jars');
  for (const name of await readdir(jars)) {
    if (JARS.test(name)) await symlink(join(jars, name), join(home, 'jars', name));
  }
  return home;
}

/**
 * What happened to one attempt, as it says itself.
 * @typedef {object} Life
 * @property {string} name of its submission
 * @property {string} taskId
 * @property {number} beginnings
 * @property {boolean} isBesideAnother another attempt of the same submission lived when it began
 * @property {number} [exitStatus] none: it never came to its end
 * @property {boolean} wasKilled by SIGTERM
 */

/**
 * Reads what attempts have written, in the order in which they began.
 * @param {string} file
 * @returns {Life[]}
 */
export function readLives(file) {
  /** @type {Map<string, Life>} */
  const lives = new Map();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const words = line.split(' ');
    const [taskId = '', name = ''] = words.reverse();
    const life = lives.get(taskId) ?? {
      name,
      taskId,
      beginnings: 0,
      isBesideAnother: false,
      wasKilled: false,
    };
    lives.set(taskId, life);
    const [what, status] = words.slice(2).reverse();
    if (what === 'began') life.beginnings += 1;
    else if (what === 'twice') life.isBesideAnother = true;
    else if (what === 'killed') life.wasKilled = true;
    else if (what === 'ended') life.exitStatus = Number(status);
  }
  return [...lives.values()];
}
