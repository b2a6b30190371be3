import { createHmac } from 'node:crypto';
import { inKeyOrder } from './in-key-order.ts';
import { rowKinds, type RowKind, type Rows } from './row-kinds.ts';

/** 128 bits of the HMAC: nobody without the key can try out rows until one fits. */
const digestBytes = 16;

/**
 * HMAC-SHA-256 (base64url, 128 bits) over kind, id, version and the columns that decide. A column without a value is left
 * out, so that a column which a later release adds changes no digest.
 * @param key 32 bytes, for this purpose alone
 */
export const rowDigest = <Kind extends RowKind>(
  key: Uint8Array,
  { kind, id, version, row }: { kind: Kind; id: string; version: number; row: Rows[Kind] },
): string => {
  const given: [string, unknown][] = [];
  for (const [field, read] of readersOf(kind)) {
    const value = read(row);
    if (value !== null && value !== undefined) given.push([field, plain(value)]);
  }
  return createHmac('sha256', key)
    .update(JSON.stringify(['secret-store-row-v1', kind, id, version, given]))
    .digest()
    .subarray(0, digestBytes)
    .toString('base64url');
};

const plain = (value: unknown): unknown => {
  if (typeof value !== 'object') return value;
  return value instanceof Date ? value.toISOString() : inKeyOrder(value);
};

type Reader<Kind extends RowKind> = readonly [field: string, read: (row: Rows[Kind]) => unknown];
const readers = new Map<RowKind, readonly Reader<RowKind>[]>();

/** The columns of a kind in the order of their names. */
const readersOf = <Kind extends RowKind>(kind: Kind): readonly Reader<Kind>[] => {
  const known = readers.get(kind);
  if (known !== undefined) return known;
  const made = Object.keys(rowKinds[kind].columns)
    .sort()
    .map((field): Reader<RowKind> => [field, (row): unknown => Reflect.get(row, field)]);
  readers.set(kind, made);
  return made;
};
