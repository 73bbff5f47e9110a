import { useMemo, useState } from 'preact/hooks';
import { ConfirmDialog } from '../../shared/dialog.tsx';
import { asObject, textOf, textsOf } from '../../shared/json.ts';
import { newIdempotencyKey } from '../api/dispatcher-api.ts';
import { useDispatcher } from '../api/dispatcher-context.tsx';
import { driverLink } from '../links.ts';
import type { DriverView } from '../model/driver.ts';
import { mayManage } from '../model/principal.ts';

/** What can be done to a driver, by those who may; nothing is done before it is confirmed. */
export function DriverActions({ driver }: { driver: DriverView }) {
  const { principal } = useDispatcher();
  const [asked, setAsked] = useState<'kill' | 'resubmit'>();
  if (!mayManage(principal, driver.owner)) return null;
  const close = () => setAsked(undefined);
  return (
    <>
      {driver.state !== 'finished' && (
        <button
          type="button"
          class="dangerous"
          // Asked a second time it is only told again that it is on its way.
          disabled={driver.state === 'killing'}
          onClick={() => setAsked('kill')}
        >
          Kill …
        </button>
      )}
      <button type="button" onClick={() => setAsked('resubmit')}>
        Submit again …
      </button>
      {asked === 'kill' && <KillDialog driver={driver} onClose={close} />}
      {asked === 'resubmit' && <ResubmitDialog driver={driver} onClose={close} />}
    </>
  );
}

interface DialogProps {
  readonly driver: DriverView;
  readonly onClose: () => void;
}

/** How long a driver may take to end by itself; the empty one is as the dispatcher is set up. */
const GRACES = [
  { graceMs: '', label: 'as usual here' },
  { graceMs: '0', label: 'none: end it at once' },
  { graceMs: '30000', label: '30 seconds' },
  { graceMs: '300000', label: '5 minutes' },
];

function KillDialog({ driver, onClose }: DialogProps) {
  const { api, changes } = useDispatcher();
  const [graceMs, setGraceMs] = useState('');
  const hasTask = driver.attempt !== undefined && driver.state !== 'retrying';
  return (
    <ConfirmDialog
      title={`Kill ${driver.name}?`}
      action="Kill it"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        const question = graceMs === '' ? {} : { graceMs: Number(graceMs) };
        await api.change(`submissions/${encodeURIComponent(driver.id)}/kill`, question);
        changes.noteAll();
        onClose();
      }}
    >
      <p>
        <span class="id">{driver.id}</span>{' '}
        {hasTask
          ? 'ends, and with it its executors. What it has computed so far is lost.'
          : 'is taken out of what waits, and will not be started.'}
        {driver.supervise && ' Though supervised, it is not started again.'}
      </p>
      {hasTask && (
        <p>
          <label>
            Time to end by itself{' '}
            <select value={graceMs} onChange={(event) => setGraceMs(event.currentTarget.value)}>
              {GRACES.map((grace) => (
                <option key={grace.graceMs} value={grace.graceMs}>
                  {grace.label}
                </option>
              ))}
            </select>
          </label>
        </p>
      )}
    </ConfirmDialog>
  );
}

function ResubmitDialog({ driver, onClose }: DialogProps) {
  const { api, changes } = useDispatcher();
  // One key for each time that the dialog is opened: a second press, or a second try, submits nothing twice.
  const key = useMemo(newIdempotencyKey, []);
  const [warnings, setWarnings] = useState<{ readonly id: string; readonly texts: readonly string[] }>();
  const arrive = (id: string) => {
    changes.noteAll();
    onClose();
    location.hash = driverLink(id);
  };
  return (
    <ConfirmDialog
      title={warnings ? 'It is submitted' : `Submit ${driver.name} again?`}
      action={warnings ? 'Go to it' : 'Submit again'}
      onClose={onClose}
      onConfirm={async () => {
        if (warnings) return arrive(warnings.id);
        const path = `submissions/${encodeURIComponent(driver.id)}/resubmit`;
        const answer = asObject(await api.change(path, {}, key));
        const [id, texts] = [textOf(answer, 'submissionId'), textsOf(answer, 'warnings')];
        if (texts.length === 0) arrive(id);
        else setWarnings({ id, texts });
        return undefined;
      }}
    >
      {warnings ? (
        <ul class="note">
          {warnings.texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      ) : (
        <p>
          A new driver is queued with the same program, arguments and settings, secrets included.
          {driver.state !== 'finished' && ' This one goes on beside it.'}
        </p>
      )}
    </ConfirmDialog>
  );
}
