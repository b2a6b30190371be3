export type Field = string | number | Uint8Array | readonly Field[];

const lengthBytes = 4;
const tags = { text: 1, integer: 2, bytes: 3, list: 4 } as const;

/**
 * Encodes fields so that two different lists never give the same bytes: each field is its kind, its length and its
 * content, a list is its encoded items. Fields that are signed or authenticated begin with a label of their purpose.
 */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(encodeField));
}

function encodeField(field: Field): Buffer {
  if (typeof field === 'string') return tagged(tags.text, Buffer.from(field, 'utf8'));
  if (typeof field === 'number') return tagged(tags.integer, encodeInteger(field));
  if (field instanceof Uint8Array) return tagged(tags.bytes, field);
  return tagged(tags.list, encodeFields(field));
}

function encodeInteger(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function tagged(tag: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(1 + lengthBytes);
  header.writeUInt8(tag, 0);
  header.writeUInt32BE(content.length, 1);
  return Buffer.concat([header, content]);
}
