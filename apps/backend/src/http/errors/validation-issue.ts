import { z } from 'zod';

const longestPath = 128;

/** What fastify-type-provider-zod hands on of a zod issue. */
const ValidationIssue = z.object({
  keyword: z.string(),
  instancePath: z.string(),
  message: z.string().default('is not valid'),
  params: z
    .object({
      expected: z.string().optional(),
      values: z.array(z.unknown()).optional(),
      keys: z.array(z.string()).optional(),
    })
    .catch({}),
});
export type ValidationIssue = z.infer<typeof ValidationIssue>;

/** The part of the request that did not pass, and why. Null for any other error. */
const ValidationFailure = z.object({
  validation: z.array(ValidationIssue).min(1),
  validationContext: z.enum(['body', 'params', 'querystring', 'headers']),
});
export type ValidationFailure = z.infer<typeof ValidationFailure>;

export const readValidationFailure = (error: unknown): ValidationFailure | null =>
  ValidationFailure.safeParse(error).data ?? null;

/** The path of the field; empty where the whole body is meant. */
export const fieldOf = ({ instancePath, params }: ValidationIssue): string => {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const [unknown] = params.keys ?? [];
  return (unknown === undefined ? path : [path, unknown].filter((part) => part !== '').join('.')).slice(0, longestPath);
};

/** The first field at fault, for the error's options. */
export const firstField = (issues: readonly ValidationIssue[]): { readonly field?: string } => {
  const field = issues.map(fieldOf).find((path) => path !== '');
  return field === undefined ? {} : { field };
};

const isAbsent = (issue: ValidationIssue): boolean =>
  (issue.keyword === 'invalid_type' || issue.keyword === 'invalid_value') &&
  issue.message.endsWith('received undefined');

/** A field is there, and is another kind of JSON than the schema says. */
export const hasWrongType = (issue: ValidationIssue): boolean => issue.keyword === 'invalid_type' && !isAbsent(issue);

const problemOf = (issue: ValidationIssue): string => {
  if (isAbsent(issue)) return 'is required';
  if (issue.keyword === 'unrecognized_keys') return 'is not a field of this request';
  if (issue.keyword === 'invalid_type') return `must be of type ${issue.params.expected ?? 'object'}`;
  if (issue.keyword === 'invalid_value') return `must be ${(issue.params.values ?? []).map(String).join(' or ')}`;
  return issue.message;
};

export const describeIssues = (issues: readonly ValidationIssue[]): string =>
  issues.map((issue) => `${fieldOf(issue) || 'The body'} ${problemOf(issue)}`).join('; ');
