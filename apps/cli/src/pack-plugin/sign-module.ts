import { type KeyObject, sign } from 'node:crypto';

/** What stands in front of the hash, so that the signature of a module is never one of something else. */
const domain = Buffer.from('secret-store-plugin-v1\0');

/**
 * The detached signature of a module: Ed25519 over `"secret-store-plugin-v1\0"` and the 32 bytes of its SHA-256.
 * @param sha256 of the whole module file, in hex
 * @returns base64, as an upload takes it in the field `signature`
 */
export const signModule = (sha256: string, privateKey: KeyObject): string =>
  sign(null, Buffer.concat([domain, Buffer.from(sha256, 'hex')]), privateKey).toString('base64');
