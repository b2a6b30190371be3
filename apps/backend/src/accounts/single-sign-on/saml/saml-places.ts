import { addressesOf } from '../connections/addresses.ts';

export interface SamlPlaces {
  /** how the identity provider names this store: the address of the metadata */
  readonly entityId: string;
  /** where it sends the browser with its answer: the assertion consumer service */
  readonly answers: string;
}

/** What a connection's identity provider knows of this store. */
export const samlPlaces = (origin: string, connectionName: string): SamlPlaces => {
  const { metadata, acs } = addressesOf(origin, connectionName);
  return { entityId: metadata, answers: acs };
};
