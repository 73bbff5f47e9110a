/** Name and password of HTTP basic authentication. */
export interface Credentials {
  readonly principal: string;
  readonly secret: string;
}

/** The header that shows them. */
export function basicAuthorization(credentials: Credentials | undefined): Record<string, string> {
  if (credentials === undefined) {
    return {};
  }
  const pair = Buffer.from(`${credentials.principal}:${credentials.secret}`, 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
}
