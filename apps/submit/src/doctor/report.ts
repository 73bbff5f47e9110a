import { counted } from '../progress-words.ts';
import { CHECKS, type Finding, VERDICTS } from './finding.ts';

/** What `doctor --json` prints; names and meaning stay. */
export interface DoctorReport {
  /** Whether there is no problem; warnings do no harm. */
  readonly ok: boolean;
  readonly problems: number;
  readonly warnings: number;
  readonly checks: readonly (Finding & { readonly limitMs: number })[];
}

/** The report of all findings, in the order of {@link CHECKS}. */
export function reportOf(findings: readonly Finding[]): DoctorReport {
  const order = Object.keys(CHECKS);
  const sorted = findings.toSorted((one, other) => order.indexOf(one.check) - order.indexOf(other.check));
  const count = (verdict: Finding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return {
    ok: count('problem') === 0,
    problems: count('problem'),
    warnings: count('warning'),
    checks: sorted.map((finding) => ({ ...finding, limitMs: CHECKS[finding.check].limitMs })),
  };
}

const VERDICT_WIDTH = Math.max(...VERDICTS.map((verdict) => verdict.length));
const CHECK_WIDTH = Math.max(...Object.keys(CHECKS).map((check) => check.length));

/** One line for a check: verdict, name, what was found, and what to do about it. */
export function findingLine({ verdict, check, message, cure }: Finding): string {
  const end = /[.?!]$/.test(message) ? '' : '.';
  const text = cure === undefined ? message : `${message}${end} What to do: ${cure}`;
  // What others have said may hold anything, and each check has one line.
  const printable = text.replace(/[\r\n]+/g, ' ').replace(/\p{Cc}/gu, '\u{fffd}');
  return `${verdict.padEnd(VERDICT_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${printable}\n`;
}

/** What all of it comes to. */
export function summaryLine({ problems, warnings }: DoctorReport): string {
  const found = [
    ...(problems === 0 ? [] : [counted(problems, 'problem')]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning')]),
  ];
  return `\n${found.length === 0 ? 'nothing is wrong' : found.join(', ')}\n`;
}
