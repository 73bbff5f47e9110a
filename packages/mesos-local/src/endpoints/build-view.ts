import { MESOS_VERSION } from '../master/subscription.ts';

/** When Mesos 1.11.0 was built, as it says itself. */
const BUILD_SECONDS = 1606232317;

/** Which Mesos this claims to be; tools read their features off the version. */
export function buildView() {
  return {
    version: MESOS_VERSION,
    git_sha: '04bc7ee1984d86fbb0bd782ccc69ce44c13ae4b9',
    git_tag: MESOS_VERSION,
    build_date: '2020-11-24 15:38:37',
    build_time: BUILD_SECONDS,
    build_user: 'mesos-local',
  };
}
