import { ApiError } from '@secret-store/api';
import { generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { type ConfirmDependencies, type Confirmation, confirmPerson } from '../confirm-person.ts';
import { newChallenge } from './challenge.ts';
import type { RelyingParty } from './relying-party.ts';

/** EdDSA, ES256 and RS256: what authenticators have, and every supported Node verifies. */
const algorithms = [-8, -7, -257];

type RegistrationOptions = Omit<PublicKeyCredentialCreationOptionsJSON, 'extensions'>;

/** What the browser makes a passkey by. It needs the password again. */
export const startPasskey = (
  given: ConfirmDependencies,
  confirmation: Confirmation,
  party: RelyingParty | null,
): Promise<RegistrationOptions> =>
  confirmPerson(given, confirmation, async () => {
    const { id } = requireParty(party);
    const { userId, username } = confirmation.actor;
    const own = await given.deps.ledger.find('passkey', { userId });
    const { extensions: _unused, ...options } = await generateRegistrationOptions({
      ...{ rpName: 'Secret Store', rpID: id, userName: username, attestationType: 'none' },
      userID: Uint8Array.from(Buffer.from(userId)),
      challenge: newChallenge(given.deps, { type: 'register', userId }),
      excludeCredentials: own.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: algorithms,
    });
    return options;
  });

export const requireParty = (party: RelyingParty | null): RelyingParty => {
  if (party !== null) return party;
  throw new ApiError(
    'InputValidationError',
    'Passkeys need an https address with a name. Ask an administrator to set SECRET_STORE_PUBLIC_URL.',
    { status: 409 },
  );
};
