import { describe, expect, it } from 'vitest';
import {
  noWorkerCredentials,
  readWorkerCredentials,
  refusedWorkerCredentials,
  workerFields,
} from './worker-credentials.ts';

const nothingSet = { setKeys: [], isMoved: false };
const tokenSet = { setKeys: ['token'], isMoved: false };
const own = (values: Record<string, string>) => ({
  choice: 'replace' as const,
  values: new Map(Object.entries(values)),
});

describe('readWorkerCredentials', () => {
  it('says nothing where nothing was chosen', () => {
    expect(readWorkerCredentials(noWorkerCredentials, nothingSet)).not.toHaveProperty('workerConfiguration');
    expect(readWorkerCredentials(noWorkerCredentials, tokenSet)).not.toHaveProperty('workerConfiguration');
  });

  it('gives what was chosen as a whole, and removes with null', () => {
    expect(readWorkerCredentials(own({ token: 'r' }), tokenSet).workerConfiguration).toEqual({ token: 'r' });
    expect(
      readWorkerCredentials({ ...own({ token: 'r' }), choice: 'remove' }, tokenSet).workerConfiguration,
    ).toBeNull();
  });

  it('asks for values that were chosen and not given', () => {
    expect([...readWorkerCredentials(own({ token: '' }), nothingSet).problems.keys()]).toEqual(['token']);
    expect(readWorkerCredentials(own({}), tokenSet).error).not.toBeNull();
  });

  it('does not keep what is sealed for another module', () => {
    expect(readWorkerCredentials(noWorkerCredentials, { ...tokenSet, isMoved: true }).error).toMatch(
      /Re-enter or remove/,
    );
    expect(readWorkerCredentials({ ...own({}), choice: 'remove' }, { ...tokenSet, isMoved: true }).error).toBeNull();
  });
});

describe('refusedWorkerCredentials', () => {
  it('finds what the refusal says of the section and of its keys', () => {
    const fields = {
      workerConfiguration: 'all of it',
      'workerConfiguration.a.b': 'one',
      'configuration.c': 'not this',
    };
    const { problems, error } = refusedWorkerCredentials(own({ 'a.b': 'x' }), fields);
    expect([error, [...problems]]).toEqual(['all of it', [['a.b', 'one']]]);
  });

  it('says of the section what is said of a stored key, which has no field of its own', () => {
    expect(refusedWorkerCredentials(noWorkerCredentials, { 'workerConfiguration.token': 'one' }).error).toBe('one');
  });

  it('asks for stored values again once they are for another place', () => {
    const fields = { workerConfiguration: 'all of it', 'workerConfiguration.token': 'all of it' };
    expect(refusedWorkerCredentials(noWorkerCredentials, fields).error).toMatch(/Re-enter or remove/);
  });
});

describe('workerFields', () => {
  it('offers the keys of the module and those typed by hand, each once', () => {
    const pairs = ['a', 'b', ''].map((key, index) => ({ id: `${index}`, key, value: '', origin: 'typed' as const }));
    expect(workerFields([{ key: 'a', kind: 'text' }], pairs).map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
