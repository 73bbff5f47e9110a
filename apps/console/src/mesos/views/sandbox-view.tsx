import { Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { formatBytes } from '../../shared/format.ts';
import type { HashRoute } from '../../shared/hash-route.ts';
import { LogPane } from '../../shared/log/log-pane.tsx';
import { Facts, PageTitle, Panel } from '../../shared/parts.tsx';
import { requestJson } from '../../shared/request.ts';
import { usePolling } from '../../shared/use-polling.ts';
import { agentPath, sandboxLink, taskLink } from '../links.ts';
import { type ClusterView, findFramework, findTask } from '../model/cluster.ts';
import { findSandbox, type SandboxPlace, type SandboxTarget } from '../sandbox/agent-directory.ts';
import { agentFile } from '../sandbox/agent-file.ts';
import { baseName, type FileEntry, joinPath, LOG_NAMES, parseListing } from '../sandbox/file-listing.ts';
import { TaskState } from '../state-badge.tsx';
import { AgentName, FrameworkName } from '../tables/names.tsx';

/** How often the agent is asked where the sandbox is and what is in it. */
const BROWSE_POLL_MS = 2_000;

/** The files of a task, with its logs live. */
export function SandboxView({ cluster, route }: { cluster: ClusterView; route: HashRoute }) {
  const [, agentId = '', frameworkId = '', executorId = '', taskId = ''] = route.path;
  const target: SandboxTarget = { agentId, frameworkId, executorId, taskId };
  const task = findTask(cluster, frameworkId, taskId || executorId);
  const agent = cluster.agents.find((candidate) => candidate.id === agentId);
  const polled = usePolling(`sandbox ${route.path.join(' ')}`, BROWSE_POLL_MS, async (signal) => ({
    place: findSandbox(await requestJson(agentPath(agentId, 'state'), signal), target),
  }));
  const place = polled.value?.place;
  return (
    <>
      <PageTitle aside={task && <TaskState state={task.state} phase={task.phase} />}>
        Sandbox of {task?.name ?? (taskId || executorId)}
      </PageTitle>
      <Facts
        facts={[
          ['Task', task && <a href={taskLink(task)}>{task.id}</a>],
          [
            'Framework',
            <FrameworkName
              id={frameworkId}
              name={findFramework(cluster, frameworkId)?.name ?? 'framework'}
            />,
          ],
          ['Agent', <AgentName agentId={agentId} hostname={agent?.hostname ?? 'agent'} />],
          ['Directory', place && <span class="id">{place.directory}</span>],
        ]}
      />
      {polled.failure && (
        <p class="note bad">The agent does not tell its sandboxes: {polled.failure.error.message}.</p>
      )}
      {polled.value && !place && (
        <p class="note">
          The agent has no sandbox for this. It appears as soon as the executor is started, and goes some time
          after it has ended.
        </p>
      )}
      {place && <Files target={target} place={place} route={route} />}
    </>
  );
}

interface FilesProps {
  readonly target: SandboxTarget;
  readonly place: SandboxPlace;
  readonly route: HashRoute;
}

/** One directory of the sandbox beside one open file. */
function Files({ target, place, route }: FilesProps) {
  const below = route.parameters.get('directory') ?? '';
  const directory = joinPath(place.directory, below);
  const polled = usePolling(`browse ${target.agentId} ${directory}`, BROWSE_POLL_MS, async (signal) =>
    parseListing(await requestJson(agentPath(target.agentId, 'files/browse', { path: directory }), signal)),
  );
  const file = route.parameters.get('file') ?? preferredLog(polled.value ?? []);
  const fileLink = (name: string) => sandboxLink(target, { directory: below, file: name });
  return (
    <div class="sandbox">
      <Panel title="Files" aside={<Steps target={target} below={below} />}>
        {polled.failure && <p class="note bad">{polled.failure.error.message}</p>}
        <DataTable
          caption="Files of this directory"
          columns={fileColumns(target, below, file)}
          rows={polled.value ?? []}
          keyOf={(entry) => entry.path}
          empty={polled.value ? 'This directory is empty.' : 'Asking …'}
        />
      </Panel>
      <Panel title={`Contents of ${file}`} aside={<LogTabs file={file} below={below} fileLink={fileLink} />}>
        <LogPane
          key={joinPath(directory, file)}
          source={agentFile(target.agentId, joinPath(directory, file))}
        />
      </Panel>
    </div>
  );
}

/** The log that has something in it: a JVM writes to stderr, most others to stdout. */
function preferredLog(entries: readonly FileEntry[]): string {
  const isEmpty = (name: string) => (entries.find((entry) => entry.name === name)?.sizeBytes ?? 0) === 0;
  return isEmpty('stdout') && !isEmpty('stderr') ? 'stderr' : 'stdout';
}

/** The way down from the sandbox to this directory. */
function Steps({ target, below }: { target: SandboxTarget; below: string }) {
  const steps = below.split('/').filter(Boolean);
  if (steps.length === 0) return null;
  return (
    <nav class="steps" aria-label="Directory">
      <a href={sandboxLink(target)}>sandbox</a>
      {steps.map((step, index) => (
        <a key={step} href={sandboxLink(target, { directory: steps.slice(0, index + 1).join('/') })}>
          {step}
        </a>
      ))}
    </nav>
  );
}

/** The two logs are one press away, whichever file is open. */
function LogTabs({
  file,
  below,
  fileLink,
}: {
  file: string;
  below: string;
  fileLink: (name: string) => string;
}) {
  if (below !== '') return null;
  const names = LOG_NAMES.includes(file) ? LOG_NAMES : [...LOG_NAMES, file];
  return (
    <nav class="tabs" aria-label="Open file">
      {names.map((name) => (
        <a key={name} href={fileLink(name)} aria-current={name === file ? 'true' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

function fileColumns(target: SandboxTarget, below: string, open: string): readonly Column<FileEntry>[] {
  const linkOf = (entry: FileEntry) =>
    entry.isDirectory
      ? sandboxLink(target, { directory: [below, entry.name].filter(Boolean).join('/') })
      : sandboxLink(target, { directory: below, file: entry.name });
  return [
    {
      title: 'Name',
      cell: (entry) => (
        <a
          href={linkOf(entry)}
          title={`${entry.mode} ${entry.owner}`}
          aria-current={!entry.isDirectory && entry.name === open ? 'true' : undefined}
        >
          {baseName(entry.path)}
          {entry.isDirectory && '/'}
        </a>
      ),
      sortBy: (entry) => entry.name,
      isHeading: true,
    },
    {
      title: 'Size',
      cell: (entry) => (entry.isDirectory ? '–' : <span class="figure">{formatBytes(entry.sizeBytes)}</span>),
      sortBy: (entry) => entry.sizeBytes,
      align: 'right',
    },
    {
      title: 'Modified',
      cell: (entry) => <Moment timeMs={entry.modifiedMs} />,
      sortBy: (entry) => entry.modifiedMs,
      align: 'right',
    },
  ];
}
