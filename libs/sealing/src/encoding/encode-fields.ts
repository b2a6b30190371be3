export type Field = string | number | Uint8Array | readonly Field[];

const headerBytes = 5;
const integerBytes = 8;
const tags = { text: 1, integer: 2, bytes: 3, list: 4 } as const;

/**
 * Encodes fields so that two different lists never give the same bytes: each field is its kind, its length and its
 * content, a list is its encoded items. Fields that are signed or authenticated begin with a label of their purpose.
 */
export function encodeFields(fields: readonly Field[]): Buffer {
  const bytes = Buffer.allocUnsafe(sizeOfAll(fields));
  writeAll(bytes, 0, fields);
  return bytes;
}

function sizeOfAll(fields: readonly Field[]): number {
  return fields.reduce<number>((sum, field) => sum + headerBytes + sizeOf(field), 0);
}

function sizeOf(field: Field): number {
  if (typeof field === 'string') return Buffer.byteLength(field, 'utf8');
  if (typeof field === 'number') return integerBytes;
  return field instanceof Uint8Array ? field.length : sizeOfAll(field);
}

/** @returns where the next field goes */
function writeAll(bytes: Buffer, offset: number, fields: readonly Field[]): number {
  return fields.reduce<number>((at, field) => {
    const end = writeContent(bytes, at + headerBytes, field);
    bytes.writeUInt8(tagOf(field), at);
    bytes.writeUInt32BE(end - at - headerBytes, at + 1);
    return end;
  }, offset);
}

function writeContent(bytes: Buffer, offset: number, field: Field): number {
  if (typeof field === 'string') return offset + bytes.write(field, offset, 'utf8');
  if (typeof field === 'number') return bytes.writeBigUInt64BE(BigInt(field), offset);
  if (!(field instanceof Uint8Array)) return writeAll(bytes, offset, field);
  bytes.set(field, offset);
  return offset + field.length;
}

function tagOf(field: Field): number {
  if (typeof field === 'string') return tags.text;
  if (typeof field === 'number') return tags.integer;
  return field instanceof Uint8Array ? tags.bytes : tags.list;
}
