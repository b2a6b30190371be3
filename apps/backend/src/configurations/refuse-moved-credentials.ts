import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '@secret-store/api';
import { secretKeysOf, type PluginModule } from '@secret-store/plugin-host';

export interface PlaceOfUse {
  readonly module: PluginModule;
  readonly factoryClassName: string;
  readonly destinations: readonly string[];
}

const declaredKeys = ({ module, factoryClassName }: PlaceOfUse): string[] =>
  (module.manifest.factories[factoryClassName]?.configuration ?? []).map((field) => field.key);

/** What a manifest calls secret, before or after, and what the one before does not know. */
const isCredential = (before: PlaceOfUse, after: PlaceOfUse) => {
  const secret = new Set([before, after].flatMap((place) => secretKeysOf(place.module, place.factoryClassName)));
  const known = new Set(declaredKeys(before));
  return (key: string) => secret.has(key) || !known.has(key);
};

/**
 * A stored credential is for the destinations that it was typed for: where they change, it must be typed again.
 * @throws {ApiError} 6001 naming the keys
 */
export const refuseMovedCredentials = (before: PlaceOfUse, after: PlaceOfUse, kept: ReadonlySet<string>): void => {
  if (isDeepStrictEqual([...before.destinations], [...after.destinations])) return;
  const moved = [...kept].filter(isCredential(before, after)).sort();
  if (moved.length === 0) return;
  throw new ApiError(
    'InputValidationError',
    `The plugin would connect to other destinations than before. Enter these configuration keys again: ${moved.join(', ')}.`,
    { fields: moved.map((key) => `configuration.${key}`) },
  );
};
