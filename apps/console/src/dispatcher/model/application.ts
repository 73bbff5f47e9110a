import { asObject, numberOf, objectsOf, textOf } from '../../shared/json.ts';

/** The Spark application of a driver, as its gateway has it. */
export interface ApplicationView {
  readonly id: string;
  readonly name: string;
  /** How it is, beginning with a small letter. */
  readonly sentence: string;
  readonly executors: number;
  readonly cores: number;
}

/** Reads the answer of `/api/v1/applications`. */
export function parseApplications(answer: unknown): readonly ApplicationView[] {
  return objectsOf(asObject(answer), 'applications').map((object) => ({
    id: textOf(object, 'id'),
    name: textOf(object, 'name'),
    sentence: textOf(object, 'sentence'),
    executors: numberOf(object, 'executors'),
    cores: numberOf(object, 'cores'),
  }));
}

/** The last application of an attempt: the first has the framework id that its driver was told, further ones a number behind it. */
export function applicationOf(
  applications: readonly ApplicationView[],
  driverFrameworkId: string,
): ApplicationView | undefined {
  return applications.findLast(
    ({ id }) => id.startsWith(driverFrameworkId) && /^(-\d{4,})?$/.test(id.slice(driverFrameworkId.length)),
  );
}
