import { ApiError } from '@secret-store/api';
import {
  isSignedRequest,
  type PlainRequest,
  readSignedRequest,
  type RequestHeaders,
  type VerificationKey,
} from '@secret-store/sealing';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { RequestValues, type ValueClocks } from './request-values.ts';
import { SeenRequests } from './seen-requests.ts';

/** The holder of the recovery file, who signs with the key of the root. */
export interface RootIdentity {
  /** it is no worker */
  readonly workerId: null;
  readonly key: VerificationKey;
}

export const rootActor: AuditActor = { type: 'system', id: 'recovery-file' };

type RootRequest = PlainRequest & { readonly headers: RequestHeaders };

/** The value goes with the next request; empty for none. */
type RootAuthentication =
  { readonly root: RootIdentity; readonly value: string } | { readonly refusal: ApiError; readonly value: string };

/** @returns a function that tells whether the root signed a request, over a value that a backend of this store gave and not before */
export const createAuthenticateRoot = (
  { keys }: Pick<Dependencies, 'keys'>,
  clocks: ValueClocks = {},
): ((request: RootRequest) => RootAuthentication) => {
  const { verificationKey: key } = keys.root;
  const values = new RequestValues(keys.keyRing, clocks);
  const seen = new SeenRequests();
  return (request) => {
    const received = readSignedRequest(request);
    if (received === null || !isSignedRequest(received, key)) return { refusal: notTheRoot(), value: '' };
    const value = values.give(key.keyId, { run: 0, instance: '' });
    const isFresh =
      values.read(key.keyId, received.value) !== null && seen.see(received.instance, received) === 'first';
    return isFresh ? { root: { workerId: null, key }, value } : { refusal: outdated(), value };
  };
};

/** Before a long body is read. Nothing is verified yet. */
export const claimsRoot = ({ keys }: Pick<Dependencies, 'keys'>, headers: RequestHeaders): boolean =>
  headers['secret-store-key-id'] === keys.root.verificationKey.keyId;

export const notTheRoot = (): ApiError =>
  new ApiError('JoinRefused', 'The request is not signed with the recovery file of this store.');

const outdated = (): ApiError =>
  new ApiError(
    'RequestOutdated',
    'The request was seen before, or is signed over an old value. Sign it over the one of this answer.',
  );
