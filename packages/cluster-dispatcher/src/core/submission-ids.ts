import { type SubmissionId, submissionIdOf } from '../model/ids.ts';

/** `driver-yyyyMMddHHmmss-NNNN` in the local time zone, as it always was (rule D22). */
export function newSubmissionId(nowMs: number, counter: number): SubmissionId {
  return submissionIdOf(`${beginningOf(Math.floor(nowMs / 1000))}${String(counter).padStart(4, '0')}`);
}

/** Thousands of ids begin in the same second, and so with the same text. */
let latest = { second: Number.NaN, beginning: '' };

function beginningOf(second: number): string {
  if (second !== latest.second) {
    const date = new Date(second * 1000);
    const two = (part: number) => String(part).padStart(2, '0');
    const day = `${String(date.getFullYear()).padStart(4, '0')}${two(date.getMonth() + 1)}${two(date.getDate())}`;
    const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
    latest = { second, beginning: `driver-${day}${time}-` };
  }
  return latest.beginning;
}
