import type { mesos } from '@spark-mesos/mesos-proto';
import { ConfigError } from './errors.ts';
import { splitLikeJava } from './split.ts';

/**
 * Reads labels (rules U110, U111): `key:value[,key:value…]`; a backslash takes the meaning from ':' and ',' after it.
 *
 * Both sides must be there. Throws a {@link ConfigError} that names the entry.
 */
export function parseLabels(text: string): mesos.v1.ILabels {
  if (text === '') {
    return { labels: [] };
  }
  return { labels: splitLikeJava(text, /(?<!\\),/).map(parseLabel) };
}

function parseLabel(entry: string): { key: string; value: string } {
  const parts = splitLikeJava(entry, /(?<!\\):/).map((part) => part.replace(/\\([:,])/g, '$1'));
  const [key, value] = parts;
  if (parts.length !== 2 || !key || !value) {
    throw new ConfigError(
      'CONFIG_MALFORMED',
      `Malformed label: ${entry}: write key:value, with \\: and \\, for a colon or a comma inside`,
    );
  }
  return { key, value };
}
