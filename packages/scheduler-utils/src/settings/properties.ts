import { ConfigError } from '../errors.ts';

/**
 * Reads a properties file such as `spark-defaults.conf` (the format of java.util.Properties): one property a line,
 * name and value with white space, `=` or `:` between; `#` and `!` begin a comment, a backslash at the end goes on in
 * the next line, and `\t`, `\n`, `\uXXXX` are what they are in Java. As Spark does, white space around values is
 * dropped, and of properties of one name the last counts.
 */
export function parseProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const { name, value } = splitLine(line);
    properties.set(unescaped(name), unescaped(value).replace(/^[ \t\f\v]+|[ \t\f\v]+$/g, ''));
  }
  return properties;
}

/** Reads the value of a `--conf` option: `name=value`, split at the first `=`. */
export function parseConf(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new ConfigError('CONFIG_MALFORMED', `--conf ${text}: write it as name=value`);
  }
  return [text.slice(0, equals).trim(), text.slice(equals + 1)];
}

/**
 * The `-Dspark.name=value` words among Java options, as in SPARK_DAEMON_JAVA_OPTS; quotes around a word or a value are
 * dropped, the last word of a name counts, and other options are passed over.
 */
export function parseJavaOptions(options: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const [word] of options.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
    const [, name, value] =
      /^-D(spark\.[^=]+)=(.*)$/s.exec(word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2')) ?? [];
    if (name !== undefined && value !== undefined) properties.set(name, value);
  }
  return properties;
}

/** Puts sources of properties together; a later one goes before those in front of it. */
export function mergeProperties(...sources: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  return new Map(sources.flatMap((source) => [...source]));
}

/** The lines as they are meant: without comments and empty ones, and with their continuations. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = false;
  for (const raw of text.split(/\r\n|[\r\n]/)) {
    const line = raw.replace(/^[ \t\f]+/, '');
    if (!open && (line === '' || line.startsWith('#') || line.startsWith('!'))) {
      continue;
    }
    const continues = (/\\+$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    const content = continues ? line.slice(0, -1) : line;
    lines.push(open ? `${lines.pop() ?? ''}${content}` : content);
    open = continues;
  }
  return lines.filter((line) => line !== '');
}

function splitLine(line: string): { name: string; value: string } {
  const name = /^(?:\\.|[^\\=: \t\f])*/s.exec(line)?.[0] ?? '';
  const rest = line.slice(name.length);
  return { name, value: rest.replace(/^[ \t\f]*[=:]?[ \t\f]*/, '') };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|(.?))/gs,
    (_match, code: string | undefined, character: string) =>
      code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
