import type { SecretContext } from '@secret-store/provider-sdk';

/** A value sealed without its full context could be opened in another one. */
export function requireContext(context: SecretContext | undefined): void {
  const texts = [context?.secretId, context?.algorithmId, context?.environmentVariable];
  const complete = texts.every((text) => typeof text === 'string' && text !== '');
  if (!complete || !Number.isSafeInteger(context?.version) || Number(context?.version) < 1) {
    throw new TypeError(
      'the internal provider needs the full context: secretId, algorithmId, environmentVariable and version',
    );
  }
}
