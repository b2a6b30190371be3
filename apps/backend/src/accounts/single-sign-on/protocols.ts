import { ApiError, SignInConnectionKind } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { createOidc } from './oidc/oidc-protocol.ts';
import type { Protocol } from './requests/protocol.ts';

export type Protocols = Readonly<Partial<Record<SignInConnectionKind, Protocol>>>;

const made = new WeakMap<object, Protocols>();

/** The same ones for one backend: they keep for a while what identity providers say of themselves. */
const protocolsOf = (deps: Pick<Dependencies, 'keys'>): Protocols => {
  const protocols = made.get(deps.keys) ?? { oidc: createOidc(deps) };
  made.set(deps.keys, protocols);
  return protocols;
};

export const protocolOf = (deps: Pick<Dependencies, 'keys'>, connection: Rows['signInConnection']): Protocol => {
  const protocol = protocolsOf(deps)[SignInConnectionKind.parse(connection.kind)];
  if (protocol !== undefined) return protocol;
  throw new ApiError('InputValidationError', 'Nobody signs in with connections of this kind yet.', { status: 409 });
};
