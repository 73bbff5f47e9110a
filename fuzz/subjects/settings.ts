import {
  parseBytes,
  parseCapabilities,
  parseConf,
  parseConstraints,
  parseContainerJson,
  parseDispatcherSettings,
  parseDockerParameters,
  parseDurationMs,
  parseDurationSeconds,
  parseExitStatuses,
  parseHealthCheckJson,
  parseJavaOptions,
  parseLabels,
  parseMemoryMiB,
  parsePortMappings,
  parseProperties,
  parseSettings,
  parseUris,
  parseVolumes,
} from '../../packages/scheduler-utils/src/index.ts';
import type { Subject } from '../subject.ts';
import { textSubject } from '../subject.ts';

const properties = [
  'spark.mesos.constraints rack:a,b;zone',
  'spark.cores.max=4\nspark.mesos.role : prod\n# a comment\nspark.executor.memory 1g',
  'spark.mesos.uris=http://host/a.tgz,hdfs://b\\\n  ,c',
  'spark.mesos.executor.docker.volumes /a:/b:ro,/c\nspark.mesos.rejectOfferDuration 5s',
  'spark.mesos.dispatcher.queue.fast 0.5\nspark.mesos.driver.labels a:b,c:d',
  'spark.mesos.containerizer docker\nspark.mesos.executor.docker.image a/b:1\nspark.dynamicAllocation.enabled true',
];

export const SETTINGS_SUBJECTS: readonly Subject[] = [
  textSubject('memory sizes', ['512m', '1g', '1024', '16 k'], (text) => parseMemoryMiB(text)),
  textSubject('byte sizes', ['512', '1tb', '8p'], (text) => parseBytes(text)),
  textSubject('durations', ['120s', '5min', '-1', '10d'], (text) => parseDurationMs(text)),
  textSubject('durations in seconds', ['120s', '1500ms'], parseDurationSeconds),
  textSubject(
    'constraints',
    ['rack:a,b;zone', 'os:', 'cpus:[1-4]', 'a:LIKE:(x|y)+;b:UNIQUE', 'rack:GROUP_BY:3'],
    parseConstraints,
  ),
  textSubject('exit statuses', ['0,1-5, 65', '255'], parseExitStatuses),
  textSubject('labels', ['a:b,c:d', 'key\\,x:value\\:y'], parseLabels),
  textSubject('URIs', ['http://h/a.tgz,b.jar', 'hdfs://n/x#y'], parseUris),
  textSubject('volumes', ['/a:/b:ro,/c:/d', '/e'], parseVolumes),
  textSubject('port mappings', ['80:8080,53:53:udp'], parsePortMappings),
  textSubject('parameters of Docker', ['a=b,c=d\\,e'], parseDockerParameters),
  textSubject(
    'containers in JSON',
    ['{"type":"MESOS","docker":{"image":"a"},"volumes":[]}'],
    parseContainerJson,
  ),
  textSubject(
    'health checks in JSON',
    ['{"type":"HTTP","http":{"port":80,"path":"/"}}'],
    parseHealthCheckJson,
  ),
  textSubject('capabilities', ['GPU_RESOURCES,MULTI_ROLE', 'none'], parseCapabilities),
  textSubject('files of properties', properties, parseProperties),
  textSubject('--conf', ['spark.a=b', 'spark.c=d=e'], parseConf),
  textSubject('options of Java', ['-Dspark.a="b c" -Xmx1g -Dspark.d=\'e\''], parseJavaOptions),
  textSubject('settings of applications', properties, (text) => parseSettings(parseProperties(text))),
  textSubject('settings of drivers', properties, (text) => parseDispatcherSettings(parseProperties(text))),
];
