/**
 * What is wrong with a configuration key. A closed list, because it is all that the host tells an administrator beside the
 * name of the key: it has a sentence for each. A host that does not know one says that the plugin rejected the value.
 */
export const configurationProblems = [
  /** needed together with other keys that were given */
  'missing',
  /** a space, a line break or a character outside ASCII */
  'spaces',
  'not-a-url',
  'not-a-path',
  'not-a-certificate',
  'not-a-private-key',
  /** does not belong to the certificate */
  'other-private-key',
  'not-a-token',
  'not-a-number',
  /** none of the values that the description lists */
  'not-a-choice',
  /** contains a character that is not allowed there, or is too long */
  'not-a-name',
  /** cannot be combined with other keys that were given */
  'conflict',
] as const;
export type ConfigurationProblem = (typeof configurationProblems)[number];
