/** Names of settings are shorter. */
const LONGEST = 200;
const MOST = 2000;

/**
 * A function of a text that remembers what it gave, for names that come again with each submission. Names may come from
 * anybody: long ones are not remembered, and when there are very many, all are forgotten.
 */
export function remembered<Value extends object | boolean>(
  work: (text: string) => Value,
): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = work(text);
    if (known.size >= MOST) known.clear();
    if (text.length <= LONGEST) known.set(text, value);
    return value;
  };
}
