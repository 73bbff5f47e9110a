import type { CoarseApplication } from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription } from '@spark-mesos/spark-rpc';
import type { ApplicationContext } from './application-context.ts';
import type { RestoredApplication } from './application-record.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { ExecutorBackend } from './backend.ts';
import { frameworkOf } from './framework-info.ts';
import type { ApplicationSummary } from './observer.ts';

/** What the engine of an application is made for. */
export interface EngineOrder {
  readonly application: CoarseApplication;
  readonly summary: () => ApplicationSummary;
  readonly description: ApplicationDescription;
  readonly known: ApplicationSettings;
  readonly frameworkIdSuffix: string;
  readonly restored: RestoredApplication | undefined;
  readonly logger: Logger;
  readonly onOffers: (offers: readonly mesos.v1.IOffer[]) => void;
}

/** Makes the engine of an application, with its framework. */
export function makeEngine(order: EngineOrder, context: ApplicationContext): ExecutorBackend {
  const { application, summary, description, known, restored, logger } = order;
  const { settings, credentials } = known;
  const { environment, observer, failoverTimeout, gatewayUrl } = context;
  return context.makeBackend({
    application,
    settings,
    framework: frameworkOf(settings, description, {
      publicHost: environment.SPARK_PUBLIC_DNS,
      credentials,
      frameworkIdSuffix: order.frameworkIdSuffix,
      frameworkId: restored?.frameworkId,
      failoverTimeout,
      gatewayUrl: gatewayUrl?.(),
    }),
    credentials,
    ...(restored === undefined ? {} : { adopt: restored }),
    logger,
    onOffers: (offers) => {
      order.onOffers(offers);
      const agents = [...new Set(offers.map(({ hostname }) => hostname ?? ''))];
      observer.offersReceived?.(summary(), { offers: offers.length, agents });
    },
    onConnection: (connected, reason) => observer.masterConnection?.(summary(), connected, reason),
  });
}
