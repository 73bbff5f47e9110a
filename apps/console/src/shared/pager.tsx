interface PagerProps {
  readonly offset: number;
  readonly shown: number;
  readonly total: number;
  readonly pageSize: number;
  /** What is counted, in the plural. */
  readonly what: string;
  /** Where a page is; the first is 1. */
  readonly linkOf: (page: number) => string;
}

/** Which part of a long list is shown, and the way to its neighbours. */
export function Pager({ offset, shown, total, pageSize, what, linkOf }: PagerProps) {
  if (total <= pageSize && offset === 0) return null;
  const page = Math.floor(offset / pageSize) + 1;
  const last = Math.max(1, Math.ceil(total / pageSize));
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <PageLink label="First" page={1} isThere={page > 1} linkOf={linkOf} />
      <PageLink label="Previous" page={Math.min(page - 1, last)} isThere={page > 1} linkOf={linkOf} />
      <span class="figure">
        {shown === 0 ? 'none' : `${offset + 1}–${offset + shown}`} of {total} {what}
      </span>
      <PageLink label="Next" page={page + 1} isThere={page < last} linkOf={linkOf} />
      <PageLink label="Last" page={last} isThere={page < last} linkOf={linkOf} />
    </nav>
  );
}

function PageLink(props: {
  label: string;
  page: number;
  isThere: boolean;
  linkOf: (page: number) => string;
}) {
  const { label, page, isThere, linkOf } = props;
  if (!isThere) {
    return (
      <span class="button off" aria-hidden="true">
        {label}
      </span>
    );
  }
  return (
    <a class="button" href={linkOf(page)}>
      {label}
    </a>
  );
}
