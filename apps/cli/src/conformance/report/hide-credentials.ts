import { secretKeysOf } from '@secret-store/plugin-host';
import type { Leftovers } from '../running/left-behind.ts';
import type { TwoSidesOptions } from '../running/two-sides.ts';

type Configured = Pick<TwoSidesOptions, 'module' | 'factoryClassName' | 'backendConfiguration' | 'workerConfiguration'>;

/** Provider keys with the names of credentials in the place of credentials, should a plugin have put one there. */
export const hideCredentials = (
  { providerKeys, undecided, unanswered, unknownKeys }: Leftovers,
  { module, factoryClassName, backendConfiguration, workerConfiguration }: Configured,
): Leftovers => {
  const credentials = secretKeysOf(module, factoryClassName).flatMap((key) =>
    [backendConfiguration.get(key), workerConfiguration.get(key)].flatMap((value) => (value ? [{ key, value }] : [])),
  );
  const hide = (keys: readonly string[]): string[] =>
    keys.map((providerKey) =>
      credentials.reduce((text, { key, value }) => text.replaceAll(value, `[${key}]`), providerKey),
    );
  return { providerKeys: hide(providerKeys), undecided: hide(undecided), unanswered: hide(unanswered), unknownKeys };
};
