import type { Phase } from './phase.ts';

/** The shape in front of a state: colour alone tells nothing to those who do not see it. */
const SHAPES: Readonly<Record<Phase, string>> = {
  waiting: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8z',
  running: 'M5 3.2v9.6L13 8z',
  stopping: 'M4 4h3v8H4zM9 4h3v8H9z',
  finished: 'M6.6 12.2 2.8 8.4l1.4-1.4 2.4 2.4 5.2-5.2 1.4 1.4z',
  failed: 'm8 6.6 3.1-3.1 1.4 1.4L9.4 8l3.1 3.1-1.4 1.4L8 9.4l-3.1 3.1-1.4-1.4L6.6 8 3.5 4.9l1.4-1.4z',
  killed: 'M4 4h8v8H4z',
  lost: 'M6.9 10h2v-.8c0-1.3 2.6-1.7 2.6-4C11.5 3.5 10 2.3 8 2.3c-1.9 0-3.3 1-3.6 2.8l2 .4c.1-.8.7-1.3 1.6-1.3.8 0 1.4.4 1.4 1.1 0 1.200-2.500 1.500-2.500 4zm0 1.200h2v2h-2z',
};

/** The shape of a phase alone; whoever draws it says the phase in words beside it. */
export function StateShape({ phase }: { phase: Phase }) {
  return (
    <svg class={`shape ${phase}`} viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
      <path d={SHAPES[phase]} />
    </svg>
  );
}
