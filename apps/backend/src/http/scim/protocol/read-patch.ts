import { Messages, type Types } from 'scimmy';
import { z } from 'zod';
import { scimProblem } from './scim-errors.ts';
import { requireParsable } from './scim-filter.ts';

const operationsMaximum = 1_000;

const Patch = z.object({
  schemas: z.array(z.string()),
  Operations: z
    .array(z.object({ op: z.string(), path: z.string().optional(), value: z.unknown().optional() }))
    .min(1)
    .max(operationsMaximum),
});
type Operation = z.infer<typeof Patch>['Operations'][number];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The attribute that a path begins with, in lower case; extensions are one attribute. */
const rootOf = (path: string): string => {
  const lower = path.toLowerCase().replace(/^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/, '');
  return lower.startsWith('urn:') ? 'urn:' : (/^[^.[]*/.exec(lower)?.[0] ?? lower);
};

/** Some clients write booleans as text. */
const asBoolean = (value: unknown): unknown =>
  typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;

/** What the store does not keep is left out; what remains is in the form of the library. */
export const withoutIgnored = (body: unknown, ignored: ReadonlySet<string>): unknown => {
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !isIgnored(rootOf(name), ignored))
      .map(([name, value]) => [name, name.toLowerCase() === 'active' ? asBoolean(value) : value]),
  );
};

const isIgnored = (root: string, ignored: ReadonlySet<string>): boolean => root === 'urn:' || ignored.has(root);

const readOperation = (operation: Operation, ignored: ReadonlySet<string>): Operation | null => {
  const { path, value } = operation;
  if (path === undefined) {
    const kept = withoutIgnored(value, ignored);
    return isObject(kept) && isObject(value) && Object.keys(kept).length === 0 ? null : { ...operation, value: kept };
  }
  requireParsable(path, 'invalidPath');
  const root = rootOf(path);
  if (isIgnored(root, ignored)) return null;
  return root === 'active' ? { ...operation, value: asBoolean(value) } : operation;
};

/**
 * The resource after the patch. Operations on what the store does not keep change nothing.
 * @throws {SCIMError} 400 for a patch that is not valid
 */
export const applyPatch = async <Resource extends Types.Schema>(
  body: unknown,
  present: Resource,
  ignored: ReadonlySet<string>,
): Promise<Resource> => {
  const read = Patch.safeParse(body);
  if (!read.success) {
    throw scimProblem(
      400,
      'invalidSyntax',
      `The patch is not valid. Send 1 to ${operationsMaximum} Operations with op, path and value.`,
    );
  }
  const operations = read.data.Operations.map((operation) => readOperation(operation, ignored)).filter(
    (operation) => operation !== null,
  );
  if (operations.length === 0) return present;
  // the library checks the rest of it; its types take only operations that it has read itself
  const patch = new Messages.PatchOp({
    schemas: read.data.schemas,
    Operations: operations,
  } as unknown as ConstructorParameters<typeof Messages.PatchOp>[0]);
  // it answers nothing where nothing has changed
  const changed: Resource | undefined = await patch.apply(present);
  return changed ?? present;
};
