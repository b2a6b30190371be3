export type Capability = 'create' | 'read' | 'update' | 'delete' | 'list';

/** Capabilities by path; a `*` at the end stands for the rest. What a real server takes as a policy in JSON. */
export type PolicyRules = Readonly<Record<string, readonly Capability[]>>;

export const everything: PolicyRules = { '*': ['create', 'read', 'update', 'delete', 'list'] };

/** The longest rule that fits decides, https://developer.hashicorp.com/vault/docs/concepts/policies#priority-matching */
export const permits = (rules: PolicyRules, path: string, capability: Capability): boolean => {
  const fitting = Object.keys(rules).filter((rule) =>
    rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : path === rule,
  );
  const [longest] = fitting.toSorted((one, other) => other.length - one.length);
  return longest !== undefined && (rules[longest] ?? []).includes(capability);
};

/** Whether a token may know that a mount is there: it has a right to something in it. */
export const seesMount = (rules: PolicyRules, mount: string): boolean =>
  Object.keys(rules).some((rule) => rule.startsWith(mount) || mount.startsWith(rule.replace(/\*$/, '')));

/** As a real server takes it. */
export const policyText = (rules: PolicyRules): string => {
  const path = Object.fromEntries(Object.entries(rules).map(([rule, capabilities]) => [rule, { capabilities }]));
  return JSON.stringify({ path });
};
