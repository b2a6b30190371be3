export interface SamlPlaces {
  /** how the identity provider names this store: the address of the metadata */
  readonly entityId: string;
  /** where it sends the browser with its answer: the assertion consumer service */
  readonly answers: string;
}

/** What a connection's identity provider knows of this store. */
export const samlPlaces = (origin: string, connectionName: string): SamlPlaces => {
  const base = `${origin}/sign-in/${connectionName}`;
  return { entityId: `${base}/metadata`, answers: `${base}/acs` };
};
