import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentRecord } from './model.ts';

const { TEXT } = mesos.v1.Value.Type;
const { HOSTNAME, REGION, ZONE } = mesos.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType;

/** Real masters limit how complex a pattern may be once it is compiled; here its length stands for that. */
const MAX_PATTERN_LENGTH = 500;

type Constraints = mesos.v1.scheduler.IOfferConstraints;
type Constraint = mesos.v1.scheduler.IAttributeConstraint;

/** What constraints look at of an agent. */
export type ConstrainedAgent = Pick<AgentRecord, 'attributes' | 'hostname'>;

/** Why a framework in these roles cannot have these constraints, in the words of a real master. */
export function constraintsProblem(
  constraints: Constraints | null | undefined,
  roles: readonly string[],
): string | undefined {
  const all = Object.entries(constraints?.roleConstraints ?? {});
  const stranger = all.find(([role]) => !roles.includes(role));
  if (stranger !== undefined) {
    return `Offer constraints specify \`role_constraints\` for a role '${stranger[0]}'not contained in the set of roles`;
  }
  for (const [role, { groups }] of all) {
    const problem = groupsProblem(role, groups ?? []);
    if (problem !== undefined) return `Offer constraints are not valid: ${problem}`;
  }
  return undefined;
}

function groupsProblem(
  role: string,
  groups: readonly mesos.v1.scheduler.OfferConstraints.RoleConstraints.IGroup[],
): string | undefined {
  if (groups.length === 0) {
    return `'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role ${role}`;
  }
  for (const { attributeConstraints } of groups) {
    if (!attributeConstraints?.length) {
      return `'OfferConstraints::RoleConstraints::groups' for role ${role}contains an empty RoleConstraints::Group`;
    }
    for (const constraint of attributeConstraints) {
      const problem = selectorProblem(constraint) ?? predicateProblem(constraint);
      if (problem !== undefined) return `A role ${role} has an invalid 'AttributeConstraint': ${problem}`;
    }
  }
  return undefined;
}

function selectorProblem({ selector }: Constraint): string | undefined {
  if (typeof selector.attributeName === 'string' && Object.hasOwn(selector, 'attributeName'))
    return undefined;
  const { pseudoattributeType } = selector;
  if (pseudoattributeType === null || !Object.hasOwn(selector, 'pseudoattributeType')) {
    return "Exactly one of 'AttributeConstraint::Selector::name' or 'AttributeConstraint::Selector::pseudoattribute_type' must be set";
  }
  const isKnown =
    pseudoattributeType === HOSTNAME || pseudoattributeType === REGION || pseudoattributeType === ZONE;
  return isKnown ? undefined : 'Unknown pseudoattribute type';
}

function predicateProblem({ predicate }: Constraint): string | undefined {
  const { exists, notExists, textEquals, textNotEquals, textMatches, textNotMatches } = predicate;
  const regex = (textMatches ?? textNotMatches)?.regex;
  if (regex === undefined) {
    return exists || notExists || textEquals || textNotEquals ? undefined : 'Unknown predicate type';
  }
  if (regex.length > MAX_PATTERN_LENGTH) {
    return `Regex '${regex}' is too complex: it is longer than ${MAX_PATTERN_LENGTH} characters`;
  }
  try {
    wholeMatch(regex);
    return undefined;
  } catch (error) {
    return `Failed to construct regex from pattern '${regex}': ${(error as Error).message}`;
  }
}

function wholeMatch(regex: string): RegExp {
  return new RegExp(`^(?:${regex})$`, 'u');
}

/** Tells the agents that a role is not to be offered; undefined when there are no constraints at all. */
export function exclusionOf(
  constraints: Constraints | null | undefined,
): ((role: string, agent: ConstrainedAgent) => boolean) | undefined {
  const all = Object.entries(constraints?.roleConstraints ?? {});
  if (all.length === 0) return undefined;
  const groupsByRole = new Map(
    all.map(([role, { groups }]) => [
      role,
      (groups ?? []).map(({ attributeConstraints }) => (attributeConstraints ?? []).map(checkOf)),
    ]),
  );
  return (role, agent) => {
    const groups = groupsByRole.get(role);
    return groups !== undefined && !groups.some((group) => group.every((check) => check(agent)));
  };
}

type Check = (agent: ConstrainedAgent) => boolean;

/** An attribute that is there and no text meets all that is said of texts, as under a real master. */
function checkOf({ selector, predicate }: Constraint): Check {
  const { exists, notExists, textEquals, textNotEquals, textMatches } = predicate;
  const valueIn = (agent: ConstrainedAgent) => selected(selector, agent);
  if (exists) return (agent) => valueIn(agent) !== undefined;
  if (notExists) return (agent) => valueIn(agent) === undefined;
  if (textEquals) return (agent) => isText(valueIn(agent), (text) => text === textEquals.value, false);
  if (textNotEquals) return (agent) => isText(valueIn(agent), (text) => text !== textNotEquals.value, true);
  if (textMatches) {
    const pattern = wholeMatch(textMatches.regex);
    return (agent) => isText(valueIn(agent), (text) => pattern.test(text), false);
  }
  const pattern = wholeMatch(predicate.textNotMatches?.regex ?? '');
  return (agent) => isText(valueIn(agent), (text) => !pattern.test(text), true);
}

function isText(
  value: string | NoText | undefined,
  check: (text: string) => boolean,
  whenAbsent: boolean,
): boolean {
  if (value === undefined) return whenAbsent;
  return value === NO_TEXT || check(value);
}

const NO_TEXT = Symbol('an attribute that is no text');
type NoText = typeof NO_TEXT;

/** The agents of an embedded Mesos are in no region and no zone. */
function selected(
  selector: mesos.v1.scheduler.AttributeConstraint.ISelector,
  agent: ConstrainedAgent,
): string | NoText | undefined {
  if (!Object.hasOwn(selector, 'attributeName')) {
    return selector.pseudoattributeType === HOSTNAME ? agent.hostname : undefined;
  }
  const attribute = agent.attributes.find(({ name }) => name === selector.attributeName);
  if (attribute === undefined) return undefined;
  return attribute.type === TEXT ? (attribute.text?.value ?? '') : NO_TEXT;
}
