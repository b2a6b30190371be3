import type { SecretContext } from '@secret-store/provider-sdk';
import type { CallMessage } from './messages.ts';

type CallHeader = readonly [
  id: number,
  method: CallMessage['method'],
  providerKey: string | undefined,
  reference: string | undefined,
  secretId: string | undefined,
  algorithmId: string | undefined,
  environmentVariable: string | undefined,
  version: number | undefined,
  marker: string | undefined,
];

/** The header of a call, for `JSON.stringify`: a list, because an object's names cost more time than all its values. */
export const callHeader = ({ id, method, providerKey, reference, marker, context }: CallMessage): CallHeader => [
  id,
  method,
  providerKey,
  reference,
  context?.secretId,
  context?.algorithmId,
  context?.environmentVariable,
  context?.version,
  marker,
];

/** A call as it arrives. A context that was not sent is empty: the method takes none. */
export interface ReceivedCall extends CallMessage {
  readonly context: SecretContext;
}

export const readCallHeader = (header: string): ReceivedCall => {
  // the host is trusted: it wrote this; JSON has null for what is undefined, and `??` below turns it back
  const [id, method, providerKey, reference, secretId, algorithmId, environmentVariable, version, marker] = JSON.parse(
    header,
  ) as CallHeader;
  const context = {
    secretId: secretId ?? '',
    algorithmId: algorithmId ?? '',
    environmentVariable: environmentVariable ?? '',
    version: version ?? 0,
  };
  return {
    id,
    method,
    providerKey: providerKey ?? undefined,
    reference: reference ?? undefined,
    marker: marker ?? undefined,
    context,
  };
};
