import { crc32, inflateRaw, type InflateRaw } from 'node:zlib';
import { PluginModuleError } from './plugin-module-error.ts';

/** RFC 1952, section 2.3 */
const magic = [0x1f, 0x8b, 0x08] as const;
const fixedHeaderBytes = 10;
const trailerBytes = 8;
const flag = { headerCrc: 0x02, extra: 0x04, name: 0x08, comment: 0x10, reserved: 0xe0 } as const;

/**
 * Inflates a gzip file of exactly one member. Node's own gunzip silently accepts further members and trailing bytes,
 * so that two readers could see two different archives under one hash.
 */
export const inflateSingleMember = async (bytes: Uint8Array, maximumBytes: number): Promise<Buffer> => {
  const start = headerBytes(bytes);
  const { inflated, consumed } = await inflate(bytes.subarray(start), maximumBytes);
  const rest = Buffer.from(bytes.subarray(start + consumed));
  if (rest.length < trailerBytes) throw notGzip();
  if (rest.readUInt32LE(0) !== crc32(inflated) || rest.readUInt32LE(4) !== inflated.length) {
    throw new PluginModuleError('gzip-checksum', 'the file is damaged: its checksum does not match; upload it again');
  }
  if (rest.length > trailerBytes) {
    throw new PluginModuleError('gzip-trailing', 'the file has extra bytes at the end; pack it again with pack-plugin');
  }
  return inflated;
};

const headerBytes = (bytes: Uint8Array): number => {
  if (bytes.length < fixedHeaderBytes || magic.some((byte, at) => bytes[at] !== byte)) throw notGzip();
  const flags = bytes[3] ?? 0;
  if (flags & flag.reserved) throw notGzip();
  let at = fixedHeaderBytes;
  if (flags & flag.extra) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  if (flags & flag.name) at = afterZero(bytes, at);
  if (flags & flag.comment) at = afterZero(bytes, at);
  if (flags & flag.headerCrc) at += 2;
  return at;
};

const afterZero = (bytes: Uint8Array, from: number): number => {
  const zero = bytes.indexOf(0, from);
  if (zero < 0) throw notGzip();
  return zero + 1;
};

const inflate = (deflated: Uint8Array, maximumBytes: number): Promise<{ inflated: Buffer; consumed: number }> =>
  new Promise((resolve, reject) => {
    inflateRaw(deflated, { maxOutputLength: maximumBytes, info: true }, (error, result) => {
      if (error) {
        reject(isTooLarge(error) ? tooLarge(maximumBytes) : notGzip());
        return;
      }
      // with `info`, Node returns this pair; its types declare only the plain buffer
      const { buffer, engine } = result as unknown as { buffer: Buffer; engine: InflateRaw };
      resolve({ inflated: buffer, consumed: engine.bytesWritten });
    });
  });

const isTooLarge = (error: Error) => 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

const tooLarge = (maximumBytes: number) =>
  new PluginModuleError(
    'inflated-size',
    `the unpacked file is larger than ${maximumBytes / 1024 ** 2} MiB; remove what the plugin does not need`,
  );

const notGzip = () =>
  new PluginModuleError('gzip', 'this is not a complete gzip file; upload a .tgz made by pack-plugin or npm pack');
