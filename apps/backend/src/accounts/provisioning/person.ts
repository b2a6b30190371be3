import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';

/** What a source says of a person. */
export interface PersonDescription {
  /** as the source writes it */
  readonly userName: string;
  readonly externalId: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly isActive: boolean;
  /** all of it, in the form of SCIM */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A person whom a source describes, and the account that is theirs. */
export interface Person {
  readonly row: Rows['scimUser'];
  /** null: the person waits for an administrator, or the account was deleted */
  readonly user: Rows['user'] | null;
}

type Reading = Pick<Dependencies, 'ledger'>;

/**
 * The account of who has this subject at the source; null where there is none. The row memory says who that is, so that nobody keeps an
 * account from the source by hiding a row for a moment.
 * @throws {RowRefused} where a row was changed or removed outside the store
 */
export const accountOf = async (
  { ledger }: Reading,
  who: Pick<Rows['scimUser'], 'connectionId' | 'subject'>,
): Promise<Rows['user'] | null> => {
  const id = ledger.memory.claimant('identity', subjectClaim(who));
  const identity = id === null ? null : await ledger.read('identity', id);
  return identity === null ? null : ledger.read('user', identity.userId);
};

export const personOf = async (deps: Reading, row: Rows['scimUser']): Promise<Person> => ({
  row,
  user: await accountOf(deps, row),
});

/** A capital in a name makes no other person. */
export const sameName = (userName: string): string => userName.toLowerCase();
