import type { SubmissionRequest } from '../model/submission-request.ts';
import type { DispatcherRules } from '../settings.ts';

/**
 * Texts of so many characters together cannot become a word or a program that is too long: each comes up in a few words at most, and
 * takes three bytes for a character there, or six where it is escaped.
 */
const SURELY_SHORT = 8 * 1024;

/**
 * Whether a submission surely has no word that a program cannot be given. Nearly all are so, and to see it takes a tenth of the time
 * that it takes to make their program; where it is not sure, the program itself says.
 */
export function hasPlainWords(
  { appResource, mainClass, arguments: words, environment, sparkHome = '' }: SubmissionRequest,
  properties: Readonly<Record<string, string>>,
  { sparkHome: ownHome = '', libraryPath = '' }: DispatcherRules,
): boolean {
  let all = `${appResource}\n${mainClass}\n${sparkHome}\n${ownHome}\n${libraryPath}`;
  for (const word of words) all += word;
  for (const name in properties) {
    // The name of a property may become that of a variable.
    if (name.includes('=')) return false;
    all += name + properties[name];
  }
  for (const name in environment) {
    if (name === '' || name.includes('=')) return false;
    all += name + environment[name];
  }
  return all.length <= SURELY_SHORT && !all.includes('\0');
}
