/**
 * The address when it is safe to put behind a link, else undefined.
 * Frameworks choose their own web address, and one that begins with `javascript:` would run in our page.
 */
export function safeLink(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).href;
}
