/** Said by Java's launcher behind what was wrong. */
const NO_JVM = 'Error: Could not create the Java Virtual Machine.';
/** Said by the JVM before what is wrong. */
const NO_START = 'Error occurred during initialization of VM';
/** Said by the launcher of a class that is not there, or is of a later Java. */
const LAUNCHER_ERROR = /^Error: (?:.+)/;
const FAILED_MAIN = /^Exception in thread "main" (.+)/;
const CAUSE = /^Caused by: (.+)/;

/** Why a JVM did not come up, in its own words on standard error; undefined where they tell nothing of the kind. */
export function jvmWordsIn(standardError: string): string | undefined {
  const lines = standardError.split('\n').map((line) => line.trim());
  const behind = lines[lines.indexOf(NO_JVM) - 1];
  if (behind) return behind;
  const start = lines.indexOf(NO_START);
  if (start >= 0) return lines[start + 1] || NO_START;
  const launcher = lines.find((line) => LAUNCHER_ERROR.test(line));
  if (launcher !== undefined) return launcher.slice('Error: '.length);
  const failed = lines.findIndex((line) => FAILED_MAIN.test(line));
  if (failed < 0) return undefined;
  // The innermost cause comes last.
  const cause = lines.slice(failed).findLast((line) => CAUSE.test(line));
  return CAUSE.exec(cause ?? '')?.[1] ?? FAILED_MAIN.exec(lines[failed] ?? '')?.[1];
}
