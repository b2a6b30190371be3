import type { OldStoreRecord } from './record.ts';

/** For tests alone. Kept with the store that they are in. */
export const people: OldStoreRecord['people'] = {
  administrator: {
    ...{ username: 'admin', role: 'admin' },
    ...{ password: 'the-first-administrators-password', key: 'the-first-administrators-key' },
  },
  second: {
    ...{ username: 'second', role: 'admin' },
    ...{ password: 'the-second-administrators-password', key: 'the-second-administrators-key' },
  },
  user: {
    ...{ username: 'ana', role: 'user' },
    ...{ password: 'the-password-of-the-user', key: 'the-key-of-the-user-called-ana' },
  },
};
