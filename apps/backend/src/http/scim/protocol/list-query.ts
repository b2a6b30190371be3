import { Messages, Types } from 'scimmy';
import { z } from 'zod';
import { scimProblem } from './scim-errors.ts';
import { requireParsable } from './scim-filter.ts';

export const resultsMaximum = 100;

const whole = z.coerce.number().int();
const nameList = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^[\w:.$, -]+$/);
/** Separated by commas in an address, a list in a body. */
const names = z.union([
  nameList,
  z
    .array(z.string())
    .transform((list) => list.join(','))
    .pipe(nameList),
]);

const Query = z.object({
  filter: z.string().optional(),
  startIndex: whole.optional(),
  count: whole.optional(),
  attributes: names.optional(),
  excludedAttributes: names.optional(),
});

export interface ListQuery {
  readonly filter: string | null;
  /** how many come before */
  readonly offset: number;
  readonly count: number;
  readonly attributes: Types.Filter | undefined;
}

/** @throws {SCIMError} 400 */
export const readQuery = (query: unknown): ListQuery => {
  const read = Query.safeParse(query);
  if (!read.success) {
    const field = String(read.error.issues[0]?.path[0] ?? 'The query');
    throw scimProblem(400, 'invalidValue', `${field} is not valid. Check the parameters of the address.`);
  }
  const { filter, startIndex = 1, count = resultsMaximum, attributes, excludedAttributes } = read.data;
  if (filter !== undefined) requireParsable(filter, 'invalidFilter');
  return {
    filter: filter ?? null,
    // RFC 7644, section 3.4.2.4: less than the least means the least
    offset: Math.max(startIndex, 1) - 1,
    count: Math.min(Math.max(count, 0), resultsMaximum),
    attributes: wanted(attributes, excludedAttributes),
  };
};

/** What is answered of a resource, in the form in which the library takes it. Its id and its schemas always are. */
const wanted = (attributes: string | undefined, excluded: string | undefined): Types.Filter | undefined => {
  const given = attributes ?? excluded;
  if (given === undefined) return undefined;
  requireParsable(given, 'invalidFilter');
  const isWanted = attributes !== undefined;
  const read = given.split(',').map((name) => name.trim());
  const terms = isWanted
    ? ['schemas', ...read].map((name) => `${name} pr`)
    : read.filter((name) => !['schemas', 'id'].includes(name.toLowerCase())).map((name) => `${name} np`);
  if (terms.length === 0) return undefined;
  try {
    return new Types.Filter(terms.join(' and '));
  } catch {
    throw scimProblem(400, 'invalidValue', 'attributes or excludedAttributes is not a list of names.');
  }
};

/** One page, in the form of SCIM. */
export const listAnswer = (
  resources: readonly Types.Schema[],
  { total, offset }: { readonly total: number; readonly offset: number },
) => ({
  schemas: [Messages.ListResponse.id],
  totalResults: total,
  startIndex: offset + 1,
  itemsPerPage: resources.length,
  Resources: resources,
});
