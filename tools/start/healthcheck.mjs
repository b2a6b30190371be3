// The health check of the store's image: exit code 0 when the backend answers on this machine.
const secure = Boolean(process.env.SECRET_STORE_TLS_CERT);
// the certificate is for the public name, but this connects by address
if (secure) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const listens = process.env.SECRET_STORE_HOST || '127.0.0.1';
const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listens] ?? listens;
const address = `${host.includes(':') ? `[${host}]` : host}:${process.env.SECRET_STORE_PORT || 4000}`;
const answer = await fetch(`${secure ? 'https' : 'http'}://${address}/healthz`).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
