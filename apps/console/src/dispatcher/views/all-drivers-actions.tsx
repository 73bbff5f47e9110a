import { useState } from 'preact/hooks';
import { ConfirmDialog } from '../../shared/dialog.tsx';
import { useDispatcher } from '../api/dispatcher-context.tsx';
import type { QueuesView } from '../model/overview.ts';

/** What can be done to all drivers at once, by those who may; nothing is done before it is confirmed. */
export function AllDriversActions({ queues }: { queues: QueuesView }) {
  const { api, changes, principal } = useDispatcher();
  const [asked, setAsked] = useState<'kill' | 'forget'>();
  if (principal?.role !== 'admin') return null;
  const live = queues.queued + queues.running + queues.retrying;
  const close = () => setAsked(undefined);
  const done = () => {
    changes.noteAll();
    close();
  };
  return (
    <>
      <button type="button" class="dangerous" disabled={live === 0} onClick={() => setAsked('kill')}>
        Kill all …
      </button>
      <button type="button" disabled={queues.finished === 0} onClick={() => setAsked('forget')}>
        Forget finished …
      </button>
      {asked === 'kill' && (
        <ConfirmDialog
          title={`Kill all ${live} drivers?`}
          action="Kill all"
          isDangerous
          onClose={close}
          onConfirm={async () => {
            await api.change('submissions/kill-all', {});
            done();
          }}
        >
          <p>
            Whoever submitted them: {queues.running} that run, with their executors, {queues.queued} queued
            and {queues.retrying} that wait to be started again. None of them is started again.
          </p>
        </ConfirmDialog>
      )}
      {asked === 'forget' && (
        <ConfirmDialog
          title={`Forget ${queues.finished} finished drivers?`}
          action="Forget them"
          isDangerous
          onClose={close}
          onConfirm={async () => {
            await api.remove('submissions');
            done();
          }}
        >
          <p>
            How they ended, their attempts and the links to their logs are gone from here. The files in their
            sandboxes stay as long as Mesos keeps them.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
