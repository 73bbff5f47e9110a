// Lists of codes with what each means and what to do about it, as they stand in the code: the comment before an entry.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Coded
 * @property {string} code `DISPATCHER_QUEUE_FULL`, or the number of an exit code
 * @property {string} meaning
 * @property {string} remedy empty where there is nothing to do
 */

const ENTRY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:'(\w+)',|(\w+): (?:(\d+)|'\w+'),)/g;

/**
 * The entries of a list, in its order. Throws where one has no comment.
 * @param {string} root
 * @param {string} file
 * @param {string} name of the constant
 * @returns {Coded[]}
 */
export function readCoded(root, file, name) {
  const source = readFileSync(join(root, file), 'utf8');
  const [, body] = new RegExp(`const ${name} = [[{]\\n([\\s\\S]*?)\\n[\\]}] as const`).exec(source) ?? [];
  if (body === undefined) throw new Error(`${file} has no list ${name}`);
  const entries = [...body.matchAll(ENTRY)].map(([, comment = '', text, key, number]) => {
    const words = comment
      .replace(/^\s*\* ?/gm, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const [meaning = '', remedy = ''] = words.split(/ ?Remedy: /, 2);
    return {
      code: text ?? number ?? key ?? '',
      meaning: withoutPeriod(meaning),
      remedy: withoutPeriod(remedy),
    };
  });
  const all = [...body.matchAll(/^ {2}(?:'\w+'|\w+: (?:\d+|'\w+')),$/gm)].length;
  if (entries.length !== all) throw new Error(`${file}: an entry of ${name} has no comment`);
  return entries;
}

/** @param {string} text a sentence; one that holds several keeps its end */
function withoutPeriod(text) {
  const sentence = text.replace(/\.$/, '');
  return /[.!?] \p{Lu}/u.test(sentence) ? text : sentence;
}
