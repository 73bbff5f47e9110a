import type { mesos } from '@spark-mesos/mesos-proto';
import { type Credentials, coarseFrameworkInfo, type SparkSettings } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription } from '@spark-mesos/spark-rpc';

/**
 * The label of a framework that says where its gateway answers: `http://host:port`. Who knows only the master finds
 * there whom to ask why an application waits; the framework's own address stays that of the Spark UI.
 */
export const GATEWAY_LABEL = 'spark-mesos-gateway';

/** What of an application's surroundings its framework tells the master. */
export interface FrameworkSurroundings {
  /** SPARK_PUBLIC_DNS. */
  readonly publicHost: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly frameworkIdSuffix: string;
  /** The id that it had under an earlier gateway. */
  readonly frameworkId: string | undefined;
  /** In seconds, for an application that does not say itself. */
  readonly failoverTimeout: number | undefined;
  /** Where the gateway answers HTTP. */
  readonly gatewayUrl: string | undefined;
}

/** The framework of an application. */
export function frameworkOf(
  settings: SparkSettings,
  { user, name, appUiUrl }: ApplicationDescription,
  around: FrameworkSurroundings,
): mesos.v1.IFrameworkInfo {
  const framework = coarseFrameworkInfo(settings, {
    user,
    name,
    uiUrl: appUiUrl,
    publicHost: around.publicHost,
    principal: around.credentials?.principal,
    frameworkIdSuffix: around.frameworkIdSuffix,
  });
  const { frameworkId, failoverTimeout, gatewayUrl } = around;
  const label = gatewayUrl === undefined ? [] : [{ key: GATEWAY_LABEL, value: gatewayUrl }];
  return {
    ...framework,
    ...(frameworkId === undefined ? {} : { id: { value: frameworkId } }),
    // 0, which is Spark's default, would end the executors with the gateway.
    failoverTimeout: framework.failoverTimeout || failoverTimeout || 0,
    ...(label.length === 0 ? {} : { labels: { labels: [...(framework.labels?.labels ?? []), ...label] } }),
  };
}
