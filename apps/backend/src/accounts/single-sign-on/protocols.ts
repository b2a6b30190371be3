import { SignInConnectionKind } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { createOidc } from './oidc/oidc-protocol.ts';
import type { Protocol } from './requests/protocol.ts';
import { saml } from './saml/saml-protocol.ts';

type Protocols = Readonly<Record<SignInConnectionKind, Protocol>>;

const made = new WeakMap<object, Protocols>();

/** The same ones for one backend: they keep for a while what identity providers say of themselves. */
const protocolsOf = (deps: Pick<Dependencies, 'keys'>): Protocols => {
  const protocols = made.get(deps.keys) ?? { oidc: createOidc(deps), saml };
  made.set(deps.keys, protocols);
  return protocols;
};

export const protocolOf = (deps: Pick<Dependencies, 'keys'>, connection: Rows['signInConnection']): Protocol =>
  protocolsOf(deps)[SignInConnectionKind.parse(connection.kind)];
