import { useEffect } from 'preact/hooks';
import { Elapsed, ServerClock } from '../shared/clock.tsx';
import { formatHash, type HashRoute } from '../shared/hash-route.ts';
import { PageFrame, type PageSection } from '../shared/page-frame.tsx';
import { PageTitle } from '../shared/parts.tsx';
import { useArrival, useHashRoute } from '../shared/use-hash-route.ts';
import { routeShown } from './mesos-address.ts';
import type { ClusterView } from './model/cluster.ts';
import { type MasterView, useMaster } from './use-master.ts';
import { AgentDetails } from './views/agent-details.tsx';
import { AgentsView } from './views/agents-view.tsx';
import { FrameworkDetails } from './views/framework-details.tsx';
import { FrameworksView } from './views/frameworks-view.tsx';
import { OverviewView } from './views/overview-view.tsx';
import { RolesView } from './views/roles-view.tsx';
import { SandboxView } from './views/sandbox-view.tsx';
import { TaskDetails } from './views/task-details.tsx';
import { TasksView } from './views/tasks-view.tsx';

/** The console of a Mesos master: one page that follows `/state` and shows the part that the address names. */
export function MesosPage() {
  const route = routeShown(useHashRoute());
  const polled = useMaster();
  const cluster = polled.value?.cluster;
  useArrival(route.path);
  useTitle(route, cluster);
  return (
    <ServerClock skewMs={polled.value?.clockSkewMs ?? 0}>
      <PageFrame
        product="Mesos"
        instance={cluster?.address ?? ''}
        sections={sectionsOf(route, cluster)}
        liveness={polled}
        footer={cluster && <MasterLine cluster={cluster} />}
      >
        {polled.value ? (
          <CurrentView route={route} master={polled.value} />
        ) : (
          <p class="empty">Waiting for the master’s first answer …</p>
        )}
      </PageFrame>
    </ServerClock>
  );
}

function CurrentView({ route, master }: { route: HashRoute; master: MasterView }) {
  const { cluster } = master;
  const [section = 'overview', first, second] = route.path;
  switch (section) {
    case 'overview':
      return <OverviewView cluster={cluster} history={master.history} />;
    case 'frameworks':
      return first === undefined ? (
        <FrameworksView cluster={cluster} />
      ) : (
        <FrameworkDetails cluster={cluster} id={first} />
      );
    case 'agents':
      return first === undefined ? (
        <AgentsView cluster={cluster} />
      ) : (
        <AgentDetails cluster={cluster} id={first} />
      );
    case 'tasks':
      return first === undefined || second === undefined ? (
        <TasksView cluster={cluster} route={route} />
      ) : (
        <TaskDetails cluster={cluster} frameworkId={first} taskId={second} />
      );
    case 'roles':
      return <RolesView cluster={cluster} />;
    case 'sandbox':
      return <SandboxView cluster={cluster} route={route} />;
    default:
      return <UnknownPlace />;
  }
}

function UnknownPlace() {
  return (
    <>
      <PageTitle>There is no such page</PageTitle>
      <p class="prose">
        The address names no part of this console. <a href="#/">Go to the overview</a>
      </p>
    </>
  );
}

function sectionsOf(route: HashRoute, cluster: ClusterView | undefined): readonly PageSection[] {
  const [current = 'overview'] = route.path;
  const section = (title: string, name: string, count?: number): PageSection => ({
    title,
    href: name === 'overview' ? '#/' : formatHash([name]),
    isCurrent: current === name || (name === 'tasks' && current === 'sandbox'),
    count,
  });
  return [
    section('Overview', 'overview'),
    section('Frameworks', 'frameworks', cluster?.activeFrameworks.length),
    section('Agents', 'agents', cluster?.agents.length),
    section('Tasks', 'tasks', cluster?.activeTasks.length),
    section('Roles', 'roles'),
  ];
}

function MasterLine({ cluster }: { cluster: ClusterView }) {
  return (
    <>
      Mesos {cluster.version} · master <span class="id">{cluster.masterId}</span> · leading for{' '}
      <Elapsed sinceMs={cluster.electedMs || cluster.startedMs} />
    </>
  );
}

/** Tabs are told apart by what they show. */
function useTitle(route: HashRoute, cluster: ClusterView | undefined): void {
  const [section = 'overview'] = route.path;
  const title = `${section} · Mesos ${cluster?.address ?? ''}`.trim();
  useEffect(() => {
    document.title = title;
  }, [title]);
}
