import type { TaskMaker } from '../core/launching.ts';
import { DispatcherError } from '../errors.ts';
import { effectiveProperties, readSettings } from '../launch/driver-request.ts';
import { driverTask, type LaunchedAttempt, type MasterUrlOf } from '../launch/driver-task.ts';
import type { DispatcherRules } from '../settings.ts';
import { submissionIn } from '../store/records.ts';

/** Makes the tasks of drivers from what is stored of their submissions. */
export function taskMaker(
  rules: DispatcherRules,
  masterUrlOf: MasterUrlOf,
  propertiesOf: (attempt: LaunchedAttempt) => Readonly<Record<string, string>> = () => ({}),
): TaskMaker {
  return (record, attempt, taken) => {
    const { request } = submissionIn(record.stored);
    const properties = effectiveProperties(request, rules);
    const parsed = readSettings(request, properties);
    if (!parsed.ok) {
      // It was right when it was taken: the dispatcher's own defaults have changed since.
      const why = parsed.problems.map(({ message }) => message).join('; ');
      throw new DispatcherError('DISPATCHER_INVALID_SUBMISSION', why);
    }
    const launched = { ...attempt, submissionId: record.id };
    return driverTask({
      request,
      properties: { ...properties, ...propertiesOf(launched) },
      settings: parsed.settings,
      plan: record.plan,
      attempt: launched,
      taken,
      rules,
      masterUrl: masterUrlOf(launched),
    });
  };
}
