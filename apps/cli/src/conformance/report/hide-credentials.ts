import { secretKeysOf } from '@secret-store/plugin-host';
import type { TwoSidesOptions } from '../running/two-sides.ts';

type Configured = Pick<TwoSidesOptions, 'module' | 'factoryClassName' | 'backendConfiguration' | 'workerConfiguration'>;

/** Provider keys with the names of credentials in the place of credentials, should a plugin have put one there. */
export const hideCredentials = (
  providerKeys: readonly string[],
  { module, factoryClassName, backendConfiguration, workerConfiguration }: Configured,
): string[] => {
  const credentials = secretKeysOf(module, factoryClassName).flatMap((key) =>
    [backendConfiguration.get(key), workerConfiguration.get(key)].flatMap((value) => (value ? [{ key, value }] : [])),
  );
  return providerKeys.map((providerKey) =>
    credentials.reduce((text, { key, value }) => text.replaceAll(value, `[${key}]`), providerKey),
  );
};
