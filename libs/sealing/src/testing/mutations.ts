import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import type { JsonValue } from '../encoding/parse-json.ts';

/** All copies of a JSON value in which one bit of one leaf is different; bytes that are kept as base64url change as bytes. */
export function* singleBitChanges(json: JsonValue): Generator<{ path: string; changed: JsonValue }> {
  for (const { path, leaf, replace } of leaves(json, [], (changed) => changed)) {
    for (const changed of leafChanges(leaf)) yield { path: path.join('.'), changed: replace(changed) };
  }
}

interface Leaf {
  path: string[];
  leaf: string | number;
  replace: (changed: JsonValue) => JsonValue;
}

function* leaves(json: JsonValue, path: string[], replace: Leaf['replace']): Generator<Leaf> {
  if (typeof json === 'string' || typeof json === 'number') {
    yield { path, leaf: json, replace };
  } else if (isList(json)) {
    for (const [index, item] of json.entries()) {
      yield* leaves(item, [...path, String(index)], (changed) => replace(json.with(index, changed)));
    }
  } else if (typeof json === 'object' && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      if (value === undefined) continue;
      yield* leaves(value, [...path, key], (changed) => replace({ ...json, [key]: changed }));
    }
  }
}

/** Array.isArray does not narrow a readonly array. */
function isList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}

function* leafChanges(leaf: string | number): Generator<JsonValue> {
  if (typeof leaf === 'number') {
    for (let bit = 0; bit < 8; bit += 1) yield leaf ^ (1 << bit);
    return;
  }
  for (const changed of flippedBits(Buffer.from(leaf, 'utf8'))) yield changed.toString('utf8');
  const isBase64url = leaf.length > 15 && toBase64url(fromBase64url(leaf)) === leaf;
  if (isBase64url) for (const changed of flippedBits(fromBase64url(leaf))) yield toBase64url(changed);
}

function* flippedBits(bytes: Uint8Array): Generator<Buffer> {
  for (let index = 0; index < bytes.length * 8; index += 1) {
    const changed = Buffer.from(bytes);
    const byte = index >> 3;
    changed.writeUInt8(changed.readUInt8(byte) ^ (1 << (index & 7)), byte);
    yield changed;
  }
}
