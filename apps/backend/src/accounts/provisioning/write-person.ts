import { ApiError } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import { ClaimTaken } from '../../ledger/claim-taken.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { findPerson } from './find-people.ts';
import { changeByKey } from './change-by-key.ts';
import { scimActor } from './keys/scim-key.ts';
import { type Person, type PersonDescription, sameName } from './person.ts';
import { type Settling, settlePerson } from './settle-person.ts';

const taken = (cause: unknown) =>
  new ApiError('InputValidationError', 'There is a user with this userName or externalId already.', {
    ...{ status: 409, field: 'userName', cause },
  });

/** Of people that the source has described: each name and each subject is one person's. */
const oneOfEach = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    // the names of accounts are another matter: those who want one of them wait
    throw error instanceof ClaimTaken && error.kind === 'scimUser' ? taken(error) : error;
  }
};

const columnsOf = ({ userName, externalId, attributes }: PersonDescription) => ({
  ...{ userName: sameName(userName), externalId, attributes },
});

/** @throws {ApiError} 6001 with status 409 where the source has described a person with this name or id already */
export const createPerson = (deps: Settling, key: Rows['scimKey'], description: PersonDescription): Promise<Person> =>
  oneOfEach(() =>
    changeByKey(deps, key, async (changes) => {
      const { connectionId } = key;
      const now = new Date();
      const row = { id: uuid(), connectionId, subject: description.externalId ?? description.userName };
      const { user, isNew } = await settlePerson(deps, changes, key, row, { description, wasActive: true });
      const times = { createdAt: now, updatedAt: now };
      const written = await changes.insert('scimUser', {
        ...{ ...row, ...columnsOf(description), ...times, madeUserId: user !== null && isNew ? user.id : null },
      });
      changes.audit({
        actor: scimActor(key),
        action: 'scim-user.create',
        subject: { type: 'scim-user', id: row.id, name: description.userName },
        details: { connectionId, ...(user !== null && { userId: user.id }) },
      });
      return { row: written, user };
    }),
  );

/**
 * Changes what the source says of a person. The account's name stays: a name owns algorithms.
 * @param describe what it says now, of what it said before
 * @throws {ApiError} 6001 with status 404 where there is no such person, and with 409 where another one has the name
 */
export const updatePerson = (
  deps: Settling,
  key: Rows['scimKey'],
  id: string,
  describe: (present: Person) => Promise<{ readonly description: PersonDescription; readonly wasActive: boolean }>,
): Promise<Person> =>
  oneOfEach(() =>
    changeByKey(deps, key, async (changes) => {
      const present = await findPerson(deps, key.connectionId, id);
      const { description, wasActive } = await describe(present);
      const { row } = present;
      const { user, isNew } = await settlePerson(deps, changes, key, row, { description, wasActive });
      const madeUserId = user !== null && isNew ? user.id : row.madeUserId;
      const written = await changes.update('scimUser', row.id, { ...columnsOf(description), madeUserId });
      changes.audit({
        actor: scimActor(key),
        action: 'scim-user.update',
        subject: { type: 'scim-user', id: row.id, name: description.userName },
        details: { connectionId: row.connectionId, ...(user !== null && { userId: user.id }) },
      });
      return { row: written, user };
    }),
  );
