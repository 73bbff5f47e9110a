import { type SubmissionId, submissionIdOf } from '../model/ids.ts';

/** `driver-yyyyMMddHHmmss-NNNN` in the local time zone, as it always was (rule D22). */
export function newSubmissionId(nowMs: number, counter: number): SubmissionId {
  const date = new Date(nowMs);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
  return submissionIdOf(`driver-${day}${time}-${String(counter).padStart(4, '0')}`);
}
