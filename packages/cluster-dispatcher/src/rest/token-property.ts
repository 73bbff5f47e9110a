/**
 * The property in which a submission may bring its token along, since `spark-submit` can send no header. It is taken out before
 * the submission is written down.
 */
export const TOKEN_PROPERTY = 'spark.mesos.dispatcher.token';

/** Properties without the token of whoever sends them. */
export function withoutToken(properties: Readonly<Record<string, string>>): Record<string, string> {
  const { [TOKEN_PROPERTY]: _token, ...others } = properties;
  return others;
}
