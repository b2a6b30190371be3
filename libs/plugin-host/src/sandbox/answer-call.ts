import type { SecretIdentifier, SecretProvider } from '@secret-store/provider-sdk';
import type { ReceivedCall } from '../protocol/call-header.ts';
import { maximumOpaqueLength } from '../protocol/messages.ts';
import { faultOf, type ValueFault } from '../protocol/value-fault.ts';

/** The plugin answered with something that cannot be sent as what the interface says. */
export class BadReturnError extends Error {}

/** The vault holds something that cannot be delivered. */
export class BadValueError extends Error {
  constructor(
    readonly fault: ValueFault,
    /** in UTF-8; 0 for what is not text */
    readonly bytes: number,
  ) {
    super(fault);
  }
}

export interface CallAnswer {
  /** undefined becomes null, which the host takes for nothing */
  readonly value: unknown;
  readonly bytes?: Uint8Array;
}

/**
 * Calls the plugin and reduces its answer to plain data. The host checks it too, but what is too large must be refused here:
 * the host stops a process that sends it.
 */
export const answerCall = async (
  provider: SecretProvider | undefined,
  message: ReceivedCall,
  value: string,
): Promise<CallAnswer> => {
  if (!provider) throw new BadReturnError();
  const id: SecretIdentifier = { getProviderKey: () => message.providerKey ?? '' };
  const { context } = message;
  switch (message.method) {
    case 'createSecret':
      return { value: keyOf(await provider.createSecret(value, context)) };
    case 'updateSecret':
      return { value: plain(await provider.updateSecret(id, value, context)) };
    case 'deleteSecret':
      return { value: plain(await provider.deleteSecret(id, context)) };
    case 'identifierFor':
      return { value: keyOf(await provider.identifierFor?.(context)) };
    case 'referTo':
      return { value: keyOf(await provider.referTo?.(message.reference ?? '', context)) };
    case 'getSecret': {
      const secret = await provider.getSecret(id, context);
      return { value: plain(secret.getTtl()), bytes: valueOf(secret.getValue()) };
    }
    case 'getSecretVersion':
      return { value: plain(await provider.getSecretVersion(id, context)) };
    case 'secretLastUpdated':
      return { value: milliseconds(await provider.secretLastUpdated(id, context)) };
    case 'getTtl':
      return { value: plain(await provider.getTtl()) };
  }
};

const keyOf = (identifier: SecretIdentifier | undefined): string => {
  const key: unknown = identifier?.getProviderKey();
  if (typeof key !== 'string') throw new BadReturnError();
  return short(key);
};

const plain = (value: unknown): string | number | boolean => {
  if (typeof value === 'string') return short(value);
  if (typeof value === 'boolean') return value;
  // JSON would turn such numbers into null
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new BadReturnError();
};

const short = (text: string): string => {
  if (text.length > maximumOpaqueLength) throw new BadReturnError();
  return text;
};

const valueOf = (value: unknown): Uint8Array => {
  if (value === undefined) throw new BadReturnError();
  if (typeof value !== 'string') throw new BadValueError('value-not-text', 0);
  const bytes = Buffer.byteLength(value, 'utf8');
  const fault = faultOf(value, bytes);
  if (fault !== null) throw new BadValueError(fault, bytes);
  return Buffer.from(value, 'utf8');
};

const milliseconds = (date: unknown): number => {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) throw new BadReturnError();
  return date.getTime();
};
