import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';

const Jwk = z.object({ x: z.string(), y: z.string() });
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const present = 0x01;
const verified = 0x04;
const attested = 0x40;

/** What a test makes wrong. */
export interface Odd {
  readonly origin?: string;
  readonly rpId?: string;
  readonly counter?: number;
  /** the authenticator did not ask for a PIN, a finger or a face */
  readonly isUnverified?: boolean;
  readonly userHandle?: string;
}

/** A passkey in software, as an authenticator with ES256 answers: https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
export class SoftPasskey {
  readonly id = text(randomBytes(16));
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #origin: string;
  readonly #rpId: string;
  counter = 0;

  constructor({ origin, rpId }: { readonly origin: string; readonly rpId: string }) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#origin = origin;
    this.#rpId = rpId;
  }

  register(challenge: string, odd: Odd = {}) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(16);
    const authData = Buffer.concat([
      this.#authenticatorData(attested, odd),
      Buffer.alloc(16),
      length,
      Buffer.from(this.id, 'base64url'),
      this.#coseKey(),
    ]);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(authData.length);
    const attestationObject = Buffer.concat([
      // {"fmt": "none", "attStmt": {}, "authData": …} in CBOR
      ...[Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'), size, authData],
    ]);
    const clientDataJSON = this.#clientData('webauthn.create', challenge, odd);
    return this.#answer({ clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) });
  }

  signIn(challenge: string, odd: Odd = {}) {
    const authenticatorData = this.#authenticatorData(0, { counter: (this.counter += 1), ...odd });
    const clientDataJSON = this.#clientData('webauthn.get', challenge, odd);
    const signed = createSign('sha256').update(authenticatorData).update(sha256(clientDataJSON));
    return this.#answer({
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signed.sign(this.#privateKey)),
      ...(odd.userHandle !== undefined && { userHandle: odd.userHandle }),
    });
  }

  #answer<Response>(response: Response) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, { origin = this.#origin }: Odd): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(flags: number, { rpId = this.#rpId, counter = 0, isUnverified = false }: Odd): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags | present | (isUnverified ? 0 : verified)]), count]);
  }

  #coseKey(): Buffer {
    const { x, y } = Jwk.parse(this.#publicKey.export({ format: 'jwk' }));
    // {1: 2, 3: -7, -1: 1, -2: x, -3: y} in CBOR
    return Buffer.concat([
      ...[Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url')],
      ...[Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url')],
    ]);
  }
}
