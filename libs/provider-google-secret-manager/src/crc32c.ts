const table = Uint32Array.from({ length: 256 }, (_entry, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

/** The checksum of a payload, CRC32C (RFC 3720, appendix B.4). Node.js has only another CRC. */
export const crc32c = (bytes: Uint8Array): number =>
  ~bytes.reduce((remainder, byte) => (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0), ~0) >>> 0;
