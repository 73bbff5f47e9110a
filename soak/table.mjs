// What a soak prints in the end.

/**
 * @param {readonly (readonly (string | number)[])[]} rows the first has the titles
 */
export function aligned(rows) {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, at) => Math.max(...texts.map((row) => row[at]?.length ?? 0)));
  const cell = (/** @type {string} */ text, /** @type {number} */ at) =>
    at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
  return texts.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** @param {number | undefined} value */
const whole = (value) => (value === undefined ? '-' : String(Math.round(value)));

/** @param {number | undefined} value */
const signed = (value) => (value === undefined ? '-' : `${value >= 0 ? '+' : ''}${value.toFixed(1)}`);

/**
 * @param {object} results
 * @param {readonly import('./jobs.mjs').JobKind[]} results.kinds
 * @param {readonly import('./jobs.mjs').Outcome[]} results.outcomes
 * @param {ReadonlyMap<string, number>} results.faults
 * @param {readonly import('./watch.mjs').Life[]} results.lives
 */
export function tables({ kinds, outcomes, faults, lives }) {
  const rowOf = (/** @type {string} */ title, /** @type {readonly import('./jobs.mjs').Outcome[]} */ own) => {
    const times = own.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    return [
      title,
      own.length,
      own.filter(({ wrong }) => wrong !== undefined).length,
      own.filter(({ leaks }) => leaks.length > 0).length,
      whole((times[times.length >> 1] ?? 0) / 1000),
      whole((times.at(-1) ?? 0) / 1000),
    ];
  };
  const jobs = [
    ['jobs', 'count', 'wrong', 'leaking', 'median s', 'longest s'],
    ...kinds.map((kind) =>
      rowOf(
        kind,
        outcomes.filter(({ job }) => job.kind === kind),
      ),
    ),
    rowOf('all', outcomes),
  ];
  const happened = [['faults', 'count'], ...[...faults].sort()];
  const memory = [
    [
      'processes',
      'minutes',
      'heap MiB',
      'at the end',
      'per hour',
      'RSS MiB',
      'at the end',
      'descriptors',
      'at the end',
    ],
    ...lives.map(({ name, minutes, heap, rss, descriptors }) => [
      name,
      minutes.toFixed(1),
      whole(heap?.start),
      whole(heap?.end),
      signed(heap?.perHour),
      whole(rss?.start),
      whole(rss?.end),
      whole(descriptors?.start),
      whole(descriptors?.end),
    ]),
  ];
  return [jobs, happened, memory].map(aligned).join('\n\n');
}
