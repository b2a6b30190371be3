import { describe, expect, it } from 'vitest';
import { chosenProviderProblem, providerOptions } from './provider-options.ts';

const providers = [
  { id: 'internal', name: 'Internal Secret Provider' },
  { id: 'draft', name: 'Team Vault' },
];
const offers = [
  { providerId: 'internal', unavailable: null },
  { providerId: 'draft', unavailable: 'not-set-up' },
] as const;

describe('the providers of a new secret', () => {
  it('are disabled with the reason where the store would refuse the secret', () => {
    expect(providerOptions(providers, offers)).toEqual([
      { value: 'internal', label: 'Internal Secret Provider', disabled: false },
      { value: 'draft', label: 'Team Vault (not set up yet)', disabled: true },
    ]);
    expect(chosenProviderProblem(providers, offers, 'draft')).toMatch(/^Team Vault: not set up yet\. Choose another/);
    expect(chosenProviderProblem(providers, offers, 'internal')).toBeNull();
  });

  it('can all be chosen until the store has said what they offer', () => {
    expect(providerOptions(providers, undefined).every(({ disabled }) => !disabled)).toBe(true);
    expect(chosenProviderProblem(providers, undefined, 'draft')).toBeNull();
  });
});
