import type { Types } from 'scimmy';
import { scimProblem } from './scim-errors.ts';
import { withoutIgnored } from './read-patch.ts';

/**
 * A resource as the library reads it, without what the store does not keep.
 * @throws {SCIMError} 400
 */
export const readBody = <Resource extends Types.Schema>(
  body: unknown,
  ignored: ReadonlySet<string>,
  read: (body: object) => Resource,
): Resource => {
  const kept = withoutIgnored(body, ignored);
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) {
    throw scimProblem(400, 'invalidSyntax', 'The body is not a resource. Send one object of JSON.');
  }
  try {
    return read(kept);
  } catch (error) {
    // its messages name the attribute and what is expected of it
    if (error instanceof TypeError) throw scimProblem(400, 'invalidValue', `${error.message}.`);
    throw error;
  }
};
