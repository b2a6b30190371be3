const password = 'a-password-for-fuzzing';
const each = 12;
const internal = '00000000-0000-7000-8000-000000000001';

const times = (make) => Promise.all(Array.from({ length: each }, (_, index) => make(index)));

/** Calls with one key; throws where the answer is an error. */
export const callerOf = (origin, key) => async (method, path, body) => {
  const headers = { authorization: `Simple ${key}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${origin}${path}`, { method, headers, ...sent });
  if (!answer.ok) throw new Error(`${method} ${path} gave ${answer.status}`);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
};

const secretOf = (algorithmId, index) => ({
  ...{ short_name: `secret ${index}`, description: '', owner_type: 'algorithm', owner_id: algorithmId },
  ...{ secret_key: `SECRET_${index}`, secret_value: 'a value' },
});

/** Algorithms of `owner` and keys and sessions of `username`: some last, others are there to be deleted. */
const madeBy = async (origin, call, owner, username) => {
  const algorithmOf = async (name) => (await call('POST', '/v1/algorithms', { owner, name })).id;
  const lasting = await algorithmOf('lasting');
  const secrets = await times(
    async (index) => (await call('POST', `/v1/algorithms/${lasting}/secrets`, secretOf(lasting, index))).id,
  );
  const newKey = (index) => call('POST', `/v1/users/${username}/keys`, { name: `key ${index}` });
  const keys = (await times(newKey)).map(({ id }) => id);
  for (let count = 0; count < 3; count += 1) {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username, password });
    await fetch(`${origin}/api/trpc/session.signIn`, { method: 'POST', headers, body });
  }
  const { results } = await call('GET', `/v1/users/${username}/sessions`);
  return {
    lasting: { algorithmId: [lasting], secretId: secrets.slice(0, 2), username: [username], owner: [owner] },
    ending: {
      algorithmId: await times((index) => algorithmOf(`ending-${index}`)),
      secretId: secrets.slice(2),
      keyId: keys,
      sessionId: results.map(({ id }) => id),
    },
  };
};

/** An account with a key of its own. */
const person = async (administrator, username) => {
  await administrator('POST', '/v1/admin/users', { username, password, role: 'user' });
  return (await administrator('POST', `/v1/admin/users/${username}/keys`, {})).key;
};

/** Who asks, by role: the key, and the ids of what is there. An administrator asks about another account than its own. */
export const makeThings = async (origin, administratorKey) => {
  const administrator = callerOf(origin, administratorKey);
  const userKey = await person(administrator, 'fuzzer');
  await person(administrator, 'bystander');
  const provider = (name) =>
    administrator('POST', '/v1/admin/secret-provider', {
      ...{ name, description: '', factoryClassName: 'VaultSecretProviderFactory', interfaceVersion: '1.0.0' },
      ...{ configuration: {}, isEnabled: true, isDefault: false },
    });
  const providers = (await times((index) => provider(`provider ${index}`))).map(({ id }) => id);
  const made = await madeBy(origin, administrator, 'bystander', 'bystander');
  const own = await madeBy(origin, callerOf(origin, userKey), 'fuzzer', 'fuzzer');
  const endingUsers = Array.from({ length: each }, (_, index) => `ending-${index}`);
  for (const username of endingUsers) await person(administrator, username);
  return {
    administrator: {
      key: administratorKey,
      ids: {
        lasting: { ...made.lasting, providerId: [internal, ...providers.slice(0, 2)] },
        ending: { ...made.ending, providerId: providers.slice(2), username: endingUsers },
      },
    },
    user: { key: userKey, ids: { ...own, lasting: { ...own.lasting, providerId: [internal] } } },
  };
};
