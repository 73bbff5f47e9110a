import { formatHash } from '../../shared/hash-route.ts';
import { PageTitle } from '../../shared/parts.tsx';

/** Says that the master does not know something, and where to go from here. */
export function NotThereView({ what, id, back }: { what: string; id: string; back: string }) {
  return (
    <>
      <PageTitle>No such {what}</PageTitle>
      <p class="prose">
        The master does not know the {what} <span class="id">{id}</span>. It forgets what ended long ago, and
        all that ended before it was started. <a href={formatHash([back])}>See all {back}</a>
      </p>
    </>
  );
}
