// Purpose: code that tells fast whether a message has all its required fields, to be put into its class.

/** @typedef {import('./describe-messages.mjs').FieldDescription} FieldDescription */

/**
 * The messages that can lack something: those with required fields, and those that hold such messages.
 * @param {Map<string, FieldDescription[]>} messages
 * @returns {Set<string>}
 */
export function checkedMessages(messages) {
  const checked = new Set();
  for (let before = -1; before !== checked.size; ) {
    before = checked.size;
    for (const [name, fields] of messages) {
      if (fields.some((field) => field.rule === 'required' || checked.has(field.reference))) {
        checked.add(name);
      }
    }
  }
  return checked;
}

/**
 * The body of the check of a message, as lines.
 * @param {readonly FieldDescription[]} fields
 * @param {Set<string>} checked
 * @param {(name: string) => string} expressionOf the code that stands for a class
 */
export function completenessCheck(fields, checked, expressionOf) {
  const lines = fields.flatMap((field) => {
    const inner = checked.has(field.reference) ? `${expressionOf(field.reference)}.$complete` : undefined;
    return field.rule === 'required' || inner !== undefined ? [checkOf(field, inner)] : [];
  });
  return [...lines, 'return true;'];
}

/**
 * @param {FieldDescription} field
 * @param {string | undefined} inner
 */
function checkOf({ property, rule, type }, inner) {
  const value = `message.${property}`;
  const own = `$Object.hasOwnProperty.call(message, "${property}")`;
  switch (rule) {
    case 'repeated':
      return `if (${value} != null) { if (!Array.isArray(${value})) return false; for (let i = 0; i < ${value}.length; ++i) if (!${inner}(${value}[i])) return false; }`;
    case 'map':
      return `if (${value} != null) for (const key of $Object.keys(${value})) if (!${inner}(${value}[key])) return false;`;
    case 'optional':
      return `if (${value} != null && !${inner}(${value})) return false;`;
    default: {
      // The default of an unset message is null; others have one that looks like a value, and stands in the prototype.
      const missing = type === 'message' ? `${value} == null` : `${value} == null || !${own}`;
      return inner === undefined
        ? `if (${missing}) return false;`
        : `if (${missing} || !${inner}(${value})) return false;`;
    }
  }
}
