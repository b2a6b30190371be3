/** A plugin that does what the provider key of a call says. Text, because it runs as a module of its own in the sandbox. */
export const hostileSource = String.raw`
import dgram from 'node:dgram';
import http from 'node:http';
import https from 'node:https';

const never = new Promise(() => {});
const attempt = async (what) => { try { return 'did: ' + String(await what()).slice(0, 900); } catch (error) { return 'refused: ' + (error.code ?? error.message); } };
const fetched = (url, options = {}) => new Promise((resolve, reject) => {
  (url.startsWith('https') ? https : http).get(url, options, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
  }).on('error', reject);
});
const datagram = (port, host) => new Promise((resolve, reject) => {
  const socket = dgram.createSocket({ type: 'udp4', lookup: (host, options, callback) => callback(null, host, 4) });
  socket.on('error', reject);
  socket.send('x', port, host, (error) => { socket.close(); error ? reject(error) : resolve('sent'); });
});

const acts = {
  fine: () => 'fine',
  throw: (config) => { throw new Error('the vault said ' + config.get('token')); },
  throwOddly: (config) => { throw { get name() { throw config.get('token'); }, message: 5 }; },
  throwHuge: () => { throw Object.assign(new Error('x'.repeat(1_000_000)), { key: 'y'.repeat(1_000_000), code: 'z'.repeat(1_000_000) }); },
  notFound: () => { throw Object.assign(new Error('gone'), { name: 'SecretNotFoundError' }); },
  configuration: () => { throw Object.assign(new Error('x'), { name: 'ConfigurationError', key: 'token' }); },
  hang: () => never,
  spin: () => { for (;;); },
  exit: () => process.exit(0),
  kill: () => { process.kill(process.pid, 'SIGKILL'); return never; },
  abort: () => process.abort(),
  rejectLater: () => { setImmediate(() => Promise.reject(new Error('stray'))); return never; },
  http: (config) => attempt(() => fetched(config.get('address') + '/hello')),
  fetch: (config) => attempt(async () => (await fetch(config.get('address') + '/hello')).text()),
  https: (config) => attempt(() => fetched(config.get('secureAddress') + '/hello', { ca: config.get('ca') })),
  httpsUntrusted: (config) => attempt(() => fetched(config.get('secureAddress') + '/hello')),
  datagramOut: () => attempt(() => datagram(53, '192.0.2.1')),
};

const returns = {
  undefined: undefined, null: null, number: 1, NaN: NaN, negative: -1, fraction: 0.5, infinite: Infinity, object: {}, array: ['x'],
  symbol: Symbol('x'), bigint: 1n, empty: '', long: 'x'.repeat(1025), zero: 'a\0b', surrogate: '\uD800', boolean: true, text: 'text',
  huge: 'x'.repeat(70_000), hugeInBytes: 'é'.repeat(35_000), largest: 'x'.repeat(65_536),
  invalidDate: new Date(NaN), dateText: '2026-01-01',
};
const allowed = (what, config) => {
  const odd = config.get('odd ' + what);
  if (odd === undefined) return config.get('denied') !== what;
  return odd in acts ? acts[odd](config) : returns[odd];
};
const look = (id) => returns[id.getProviderKey()];

export class HostileFactory {
  create(config) {
    const mode = config.get('create');
    if (mode === 'throw') throw new Error('cannot use ' + config.get('token'));
    if (mode === 'missing') throw new Error('token is missing; got ' + config.get('token'));
    if (mode === 'hang') return never;
    if (mode === 'spin') for (;;);
    if (mode === 'exit') process.exit(1);
    if (mode === 'nothing') return undefined;
    return {
      createSecret: (value) => ({ getProviderKey: () => ({
        plain: 'prefix/' + value, hex: Buffer.from(value).toString('hex').toUpperCase(), base64: Buffer.from(value).toString('base64') + '-x',
        base64url: 'x.' + Buffer.from(value).toString('base64url'), path: config.get('path') + '/id', ...returns,
      })[config.get('key')] }),
      updateSecret: (id, value) => (id.getProviderKey() === 'plain' ? 'v-' + value : look(id)),
      deleteSecret: (id) => look(id),
      allowsCreate: () => allowed('create', config),
      allowsUpdate: () => allowed('update', config),
      allowsDelete: () => allowed('delete', config),
      getSecret: (id) => (config.get('secret') === 'value'
        ? { getValue: () => look(id), getTtl: () => 0 }
        : { getValue: () => 'value', getTtl: () => look(id) }),
      getSecretVersion: (id) => (id.getProviderKey() in acts ? acts[id.getProviderKey()](config) : look(id)),
      secretLastUpdated: (id) => look(id),
      getTtl: () => 0,
      ...(config.get('references') === 'none' ? {} : { referTo: (reference, context) => references(reference, context, config) }),
    };
  }
}

const references = (reference, context, config) => {
  if (reference === 'malformed') throw Object.assign(new Error(config.get('token')), { code: 'INVALID_REFERENCE' });
  if (reference === 'gone') throw Object.assign(new Error(config.get('token')), { code: 'SECRET_NOT_FOUND' });
  const [, problem] = /^problem:(.*)$/.exec(reference) ?? [];
  if (problem !== undefined) throw Object.assign(new Error(config.get('token')), { code: 'VAULT_PROBLEM', problem });
  if (reference in returns) return { getProviderKey: () => returns[reference] };
  return { getProviderKey: () => 'existing/' + reference + '/' + context.algorithmId };
};
`;
