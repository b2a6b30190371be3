import { DatabaseError } from '../database-error.ts';

interface ConnectionAddress {
  readonly connectionString: string;
  /** where the address says nothing of TLS; the environment of this process does not count */
  readonly ssl: false;
}

/** What PostgreSQL's own clients call these (https://www.postgresql.org/docs/current/libpq-ssl.html). */
const modes: ReadonlySet<string> = new Set(['disable', 'require', 'verify-ca', 'verify-full']);
/** pg's own word for `require` without `sslrootcert`. */
const withoutVerification = 'no-verify';

const refused = (why: string): DatabaseError =>
  new DatabaseError('ADDRESS_REFUSED', `the address of the database is refused: ${why}`);

/**
 * What pg is given for an address, the same for every connection of the store. `sslmode` means what it means to libpq.
 * @throws {DatabaseError} `ADDRESS_REFUSED` for a mode that cannot be kept
 */
export const connectionAddress = (url: string): ConnectionAddress => {
  const [address = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  const mode = query.get('sslmode');
  if (mode !== null && mode !== withoutVerification) prepare(query, mode);
  const text = query.size === 0 ? '' : `?${query.toString()}`;
  return { connectionString: `${address}${text}`, ssl: false };
};

const prepare = (query: URLSearchParams, mode: string): void => {
  if (mode === 'prefer' || mode === 'allow') {
    throw refused(
      `sslmode=${mode} sends everything unencrypted where the server, or somebody in between, says so; use require, verify-ca or verify-full, or disable where the network is trusted`,
    );
  }
  if (!modes.has(mode)) throw refused('sslmode must be disable, require, verify-ca or verify-full');
  const ofSystem = query.get('sslrootcert') === 'system';
  if (ofSystem && mode !== 'verify-full') throw refused('sslrootcert=system needs sslmode=verify-full');
  if (mode === 'verify-ca' && !query.get('sslrootcert')) {
    throw refused('sslmode=verify-ca needs sslrootcert with the file of the authority');
  }
  // Node's own authorities and those of NODE_EXTRA_CA_CERTS
  if (ofSystem) query.delete('sslrootcert');
  query.delete('uselibpqcompat');
  query.set('uselibpqcompat', 'true');
};
