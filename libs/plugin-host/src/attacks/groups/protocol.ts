import type { Attack, AttackGroup, AttackResult } from './attack.ts';

/** Raw bytes on the channel to the host, and nothing else. */
const sending = (name: string, bytes: string, refusal = /^bad-frame$/): Attack => ({
  name,
  source: `send(${bytes}); return never;`,
  succeedsIn: [],
  limits: { deadlineMilliseconds: 60_000 },
  refusal,
});

const polluted = () => Reflect.get({}, 'polluted') !== undefined || Reflect.get([], 'polluted') !== undefined;
const polluting = (name: string, header: string): Attack => ({
  ...sending(name, `frame(${JSON.stringify(header)})`),
  succeeded: polluted,
});

const loggedToken = ({ log }: AttackResult) => log.includes('tok-of-the-attacker');

export const floods: AttackGroup = {
  title: 'Floods',
  attacks: [
    {
      name: 'floods the log',
      source: `
        const line = given.token.repeat(2048);
        setInterval(() => { for (let count = 0; count < 100; count += 1) console.log(line); }, 0);
        return never;`,
      succeedsIn: [],
      // where the host is slow to read, the plugin may come to its own end first
      refusal: /^(flooded-log|ended)$/,
    },
    {
      name: 'writes its token to the log, so that it stands there',
      source: `
        console.log(given.token);
        console.error(given.token);
        return 'written';`,
      succeeded: loggedToken,
      succeedsIn: [],
      refusal: /did: written/,
    },
    {
      name: 'floods the host with answers',
      source: `const one = frame(JSON.stringify({ id: 999, ok: true, value: 'x' })); for (;;) send(one);`,
      succeedsIn: [],
      refusal: /^bad-frame$/,
    },
    {
      name: 'floods the host with small pieces of one answer',
      source: `
        send(frame('', [16 * 1024, 65_536]));
        setInterval(() => send(Buffer.from('x')), 1);
        return never;`,
      limits: { deadlineMilliseconds: 3_000 },
      succeedsIn: [],
      refusal: /^(timed-out|bad-frame)$/,
    },
  ],
};

export const frames: AttackGroup = {
  title: 'Malformed answers',
  attacks: [
    sending('announces a header of 4 GiB', `frame('', [0xffffffff, 0])`),
    sending('announces a body of 2 GiB', `frame('{}', [2, 0x7fffffff])`),
    sending('sends what is not JSON', `frame('not json')`),
    sending(
      'sends JSON that is nested 8,000 deep',
      `frame('{"id":1,"ok":true,"value":' + '['.repeat(8000) + ']'.repeat(8000) + '}')`,
    ),
    sending(
      'sends bytes that are not UTF-8',
      `Buffer.concat([frame('', [4, 0]), Buffer.from([0x22, 0xff, 0xfe, 0x22])])`,
    ),
    sending('sends a field that nobody knows', `frame('{"id":1,"ok":true,"value":"x","more":1}')`),
    sending('sends an error class of its own', `frame('{"id":1,"ok":false,"error":"TypeError"}')`),
    sending(
      'sends a vault’s trouble of its own',
      `frame('{"id":1,"ok":false,"error":"VaultProblemError","problem":"' + given.token + '"}')`,
    ),
    sending(
      'names a configuration key that it was not asked about',
      `frame('{"id":1,"ok":false,"error":"ConfigurationError","key":"top-secret"}')`,
      /^threw$/,
    ),
    sending('answers a call that nobody made', `frame('{"id":0,"ok":true,"value":"x"}')`),
    sending('answers a call before it is made', `frame('{"id":2,"ok":true,"value":"x"}')`),
    {
      name: 'answers a call twice',
      source: `const one = frame('{"id":1,"ok":true,"value":"x"}'); send(Buffer.concat([one, one])); return never;`,
      operation: 'twice',
      succeedsIn: [],
      refusal: /^bad-frame$/,
    },
  ],
};

export const pollution: AttackGroup = {
  title: 'Prototype pollution of the host',
  attacks: [
    polluting('answers with a key __proto__', '{"id":1,"ok":true,"value":"x","__proto__":{"polluted":true}}'),
    polluting(
      'answers with a value that has a key __proto__',
      '{"id":1,"ok":true,"value":{"ttl":1,"allowsCreate":true,"allowsUpdate":true,"allowsDelete":true,"identifierFor":true,"referTo":true,"list":true,"rotate":true,"__proto__":{"polluted":true}}}',
    ),
    polluting(
      'answers with a constructor that has a prototype',
      '{"id":1,"ok":true,"value":"x","constructor":{"prototype":{"polluted":true}}}',
    ),
    {
      ...polluting(
        'blames a configuration key called __proto__',
        '{"id":1,"ok":false,"error":"ConfigurationError","key":"__proto__"}',
      ),
      refusal: /^threw$/,
    },
    polluting('answers with an id that is __proto__', '{"id":"__proto__","ok":true,"value":"x"}'),
  ],
};

const keyed = (name: string, key: string): Attack => ({
  name: `puts the secret value into its identifier ${name}`,
  source: `return ${key};`,
  operation: 'createSecret',
  succeedsIn: [],
  refusal: /^reveals-value$/,
});

export const identifiers: AttackGroup = {
  title: 'Secret values in identifiers',
  attacks: [
    keyed('as it is', `'a/' + value + '/b'`),
    keyed('in hexadecimal', `Buffer.from(value).toString('hex').toUpperCase()`),
    keyed('in base64', `'x.' + Buffer.from(value).toString('base64')`),
    keyed('in base64 for URLs', `Buffer.from(value).toString('base64url') + '.x'`),
    keyed('beside its own configuration', `given.token + value`),
  ],
};
