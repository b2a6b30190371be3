import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the unpacked distribution says it is. The suite starts it. */
const identifyKeycloak = async ({ TEST_KEYCLOAK_HOME: home }) => {
  const text = readFileSync(path.join(home, 'version.txt'), 'utf8').trim();
  if (!text.startsWith('Keycloak')) throw new Error('this is no Keycloak: its version.txt does not say so');
  return text.replace(' - Version', '');
};

export const server = {
  name: 'Keycloak',
  variable: 'TEST_KEYCLOAK_HOME',
  required: ['TEST_KEYCLOAK_HOME'],
  project: 'backend',
  room: 'apps/backend/src/accounts/single-sign-on',
  // the store that people sign in to needs the database of `npm test`
  config: 'vitest.config.ts',
  identify: identifyKeycloak,
  configurations: () => [],
};
